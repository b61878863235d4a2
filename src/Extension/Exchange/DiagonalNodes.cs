using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer of a complex diagonal recurrence: its gates by matrix products, and the real and imaginary parts by an RNN of ONNX of
/// twice the units, without an activation, whose weights of the input copy γ (a + b i), and whose weights of the state are the rotations.
/// </summary>
internal sealed class DiagonalNodes : CellNodes
{
    private readonly Graph _graph;
    private readonly IDiagonalCell _cell;
    private readonly int _units;
    private readonly (string Weights, string Bias, string Rotation)[] _directions;
    private readonly string _copied,
        _kept,
        _ignored;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="diagonal">Its recurrence.</param>
    /// <param name="directions">The weights of each direction.</param>
    /// <param name="name">The constants' names begin with it.</param>
    public DiagonalNodes(Graph graph, Cell cell, IDiagonalCell diagonal, KernelWeights[] directions, string name)
    {
        (_graph, _cell, _units) = (graph, diagonal, directions[0].Units);
        int rows = cell.Gates * _units;
        _directions =
        [
            .. directions.Select(
                (one, d) =>
                    (
                        graph.Floats($"{name}.{d}.W", GateNodes.Transposed(Scaled(one, one.Input), one.InputSize), one.InputSize, rows),
                        graph.Floats($"{name}.{d}.B", Scaled(one, one.InputBias), rows),
                        graph.Floats($"{name}.{d}.R", Rotation(one), 1, 2 * _units, 2 * _units)
                    )
            ),
        ];
        _copied = graph.Floats($"{name}.copied", Identity(2 * _units), 1, 2 * _units, 2 * _units);
        _kept = graph.Floats($"{name}.kept", Identity(_units), 1, _units, _units);
        _ignored = graph.Floats($"{name}.ignored", new float[_units * _units], 1, _units, _units);
    }

    public override (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null)
    {
        var (hidden, finals) = (new List<string>(), new List<string[]>());
        for (int direction = 0; direction < _directions.Length; direction++)
        {
            var (weights, bias, rotation) = _directions[direction];
            var gates = GateNodes.Of(_graph, input, weights, bias, _units);
            string? first = start is null
                ? null
                : _graph.Concat([.. start.Others.Select(state => _graph.Slice(state, 0, direction, direction + 1))], 2);
            var (states, last) = Linear(gates.Several(0, 2), _copied, rotation, 2 * _units, direction, lengths, first);
            string real = _graph.Reshape(_graph.Slice(states, 3, 0, _units), 0, -1, _units),
                h = _cell.AddHidden(gates, real);
            // A copy of each row's last step that is valid.
            var (all, final) = Linear(h, _kept, _ignored, _units, direction, lengths, first: null);
            hidden.Add(all);
            finals.Add([final, _graph.Slice(last, 2, 0, _units), _graph.Slice(last, 2, _units, 2 * _units)]);
        }
        string[] joined = [.. Enumerable.Range(0, 3).Select(state => _graph.Concat([.. finals.Select(one => one[state])], 0))];
        return (_graph.Concat(hidden, 1), new StateNodes(joined[0], joined[1..]));
    }

    // Sums of products with a step's input and the state before it, [time, 1, rows, units], and the last, [1, rows, units].
    private (string States, string Final) Linear(
        string input,
        string weights,
        string recurrent,
        int units,
        int direction,
        string? lengths,
        string? first
    )
    {
        string[] inputs =
            first is not null ? ["", lengths ?? "", first]
            : lengths is not null ? ["", lengths]
            : [];
        return _graph.AddPair(
            "RNN",
            [input, weights, recurrent, .. inputs],
            new GraphAttribute.Number("hidden_size", units),
            new GraphAttribute.Word("direction", direction == 0 ? "forward" : "reverse"),
            new GraphAttribute.Words("activations", ["Affine"]),
            new GraphAttribute.Fractions("activation_alpha", [1]),
            new GraphAttribute.Fractions("activation_beta", [0])
        );
    }

    // γ times the rows of the first two gates.
    private float[] Scaled(KernelWeights weights, float[] values)
    {
        var scaled = (float[])values.Clone();
        int width = values.Length / weights.InputBias.Length;
        for (int row = 0; row < 2 * _units; row++)
        for (int k = 0; k < width; k++)
            scaled[row * width + k] *= (float)_cell.Recurrence(weights.UnitParameters, row % _units).Scale;
        return scaled;
    }

    private float[] Rotation(KernelWeights weights)
    {
        int size = 2 * _units;
        var rotation = new float[size * size];
        for (int unit = 0; unit < _units; unit++)
        {
            var (real, imaginary, _) = _cell.Recurrence(weights.UnitParameters, unit);
            int other = _units + unit;
            rotation[unit * size + unit] = rotation[other * size + other] = (float)real;
            rotation[unit * size + other] = (float)-imaginary;
            rotation[other * size + unit] = (float)imaginary;
        }
        return rotation;
    }

    private static float[] Identity(int size)
    {
        var matrix = new float[size * size];
        for (int i = 0; i < size; i++)
            matrix[i * size + i] = 1;
        return matrix;
    }
}
