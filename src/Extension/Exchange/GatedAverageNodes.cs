using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer without recurrent weights: its gates by matrix products, and h' = (1 - z) h + z h̃ by a GRU of ONNX, whose weights of
/// the input only copy z's logit and h̃, and whose weights of the state are 0.
/// </summary>
internal sealed class GatedAverageNodes : CellNodes
{
    private readonly Graph _graph;
    private readonly Cell _cell;
    private readonly int _units;
    private readonly (string Weights, string Bias)[] _directions;
    private readonly string _copied,
        _ignored;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="directions">The weights of each direction.</param>
    /// <param name="name">The constants' names begin with it.</param>
    public GatedAverageNodes(Graph graph, Cell cell, KernelWeights[] directions, string name)
    {
        _graph = graph;
        _cell = cell;
        _units = directions[0].Units;
        _directions =
        [
            .. directions.Select(
                (one, d) =>
                    (
                        graph.Floats($"{name}.{d}.W", GateNodes.Transposed(one.Input, one.InputSize), one.InputSize, cell.Gates * _units),
                        graph.Floats($"{name}.{d}.B", one.InputBias, cell.Gates * _units)
                    )
            ),
        ];
        _copied = graph.Floats($"{name}.copied", Copies(), 1, 3 * _units, 2 * _units);
        _ignored = graph.Floats($"{name}.ignored", new float[3 * _units * _units], 1, 3 * _units, _units);
    }

    public override (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null)
    {
        var (states, finals) = (new List<string>(), new List<string>());
        for (int direction = 0; direction < _directions.Length; direction++)
        {
            string[] state = start is null ? [] : [_graph.Slice(start.Hidden, 0, direction, direction + 1)];
            string[] inputs = lengths is null && start is null ? [] : ["", lengths ?? ""];
            var (all, final) = _graph.AddPair(
                "GRU",
                [Gates(input, direction), _copied, _ignored, .. inputs, .. state],
                [
                    new GraphAttribute.Number("hidden_size", _units),
                    new GraphAttribute.Word("direction", direction == 0 ? "forward" : "reverse"),
                    new GraphAttribute.Words("activations", ["Sigmoid", "Affine"]),
                    new GraphAttribute.Fractions("activation_alpha", [1]),
                    new GraphAttribute.Fractions("activation_beta", [0]),
                ]
            );
            states.Add(all);
            finals.Add(final);
        }
        return (_graph.Concat(states, 1), new StateNodes(_graph.Concat(finals, 0)));
    }

    // [time, rows, 2 H]: z's logit, then h̃.
    private string Gates(string input, int direction)
    {
        var (weights, bias) = _directions[direction];
        var gates = GateNodes.Of(_graph, input, weights, bias, _units);
        return _graph.Concat([_cell.AddUpdateGate(gates)!, gates.Gate(_cell.Gates - 1)], 2);
    }

    // ONNX's z is the share that is kept, so z's logit changes its sign. Gates z r h.
    private float[] Copies()
    {
        var weights = new float[3 * _units * 2 * _units];
        for (int unit = 0; unit < _units; unit++)
        {
            weights[unit * 2 * _units + unit] = -1;
            weights[(2 * _units + unit) * 2 * _units + _units + unit] = 1;
        }
        return weights;
    }
}
