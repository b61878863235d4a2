using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Exchange;

/// <summary>
/// A recurrent layer as ONNX's RNN, GRU or LSTM, which have both directions in one tensor, and gates in an order of their own.
/// </summary>
internal sealed class OperatorNodes : CellNodes
{
    private readonly Graph _graph;
    private readonly Cell _cell;
    private readonly OnnxCell _part;
    private readonly int _units,
        _directions;
    private readonly string[] _weights;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="part">ONNX's description of it.</param>
    /// <param name="directions">The weights of each direction.</param>
    /// <param name="name">The constants' names begin with it.</param>
    public OperatorNodes(Graph graph, Cell cell, OnnxCell part, KernelWeights[] directions, string name)
    {
        _graph = graph;
        _cell = cell;
        _part = part;
        _units = directions[0].Units;
        _directions = directions.Length;
        int rows = cell.Gates * _units;
        _weights =
        [
            graph.Floats($"{name}.W", Joined(directions, one => one.Input), _directions, rows, directions[0].InputSize),
            graph.Floats($"{name}.R", Joined(directions, one => one.Hidden), _directions, rows, _units),
            graph.Floats($"{name}.B", [.. directions.SelectMany(Biases)], _directions, 2 * rows),
        ];
    }

    public override (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null)
    {
        IEnumerable<string> states = start?.All ?? [];
        // Trailing inputs that are left out are not written at all.
        string[] inputs = lengths is null && start is null ? [] : [lengths ?? ""];
        string[] outputs = _graph.AddSeveral(
            _cell.HasCellState ? 3 : 2,
            _part.Operator,
            [input, .. _weights, .. inputs, .. states],
            [.. Attributes()]
        );
        return (outputs[0], new StateNodes(outputs[1], outputs[2..]));
    }

    private float[] Joined(KernelWeights[] directions, Func<KernelWeights, float[]> weight) =>
        [.. directions.SelectMany(one => Reorder(weight(one)))];

    // The input's, then the state's.
    private IEnumerable<float> Biases(KernelWeights direction) => Reorder(direction.InputBias).Concat(Reorder(direction.HiddenBias));

    private IEnumerable<float> Reorder(float[] values)
    {
        int gate = values.Length / _cell.Gates;
        return _part.GateOrder.SelectMany(g => new ArraySegment<float>(values, g * gate, gate));
    }

    private IEnumerable<GraphAttribute> Attributes()
    {
        yield return new GraphAttribute.Number("hidden_size", _units);
        yield return new GraphAttribute.Word("direction", _directions == 2 ? "bidirectional" : "forward");
        if (_part.LinearBeforeReset)
            yield return new GraphAttribute.Number("linear_before_reset", 1);
        if (_part.Activation is string activation)
            yield return new GraphAttribute.Words("activations", [.. Enumerable.Repeat(activation, _directions)]);
    }
}
