using RnnMlNet.Runtime.Cells;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>A recurrent layer's state as values of a graph, [directions, rows, H].</summary>
/// <param name="Hidden">The hidden state.</param>
/// <param name="Cell">The cell state; null for a cell without one.</param>
internal sealed record StateNodes(string Hidden, string? Cell);

/// <summary>A recurrent layer as ONNX's RNN, GRU or LSTM. Its weights are constants that all its runs share.</summary>
internal sealed class CellNodes
{
    private readonly Graph _graph;
    private readonly NetworkShape _shape;
    private readonly string[] _weights;
    private readonly int _directions;

    private CellNodes(Graph graph, NetworkShape shape, OnnxWeights weights, int inputSize, int directions, string name)
    {
        int rows = shape.Gates * shape.HiddenSize;
        _graph = graph;
        _shape = shape;
        _directions = directions;
        _weights =
        [
            graph.Floats($"{name}.W", weights.W, directions, rows, inputSize),
            graph.Floats($"{name}.R", weights.R, directions, rows, shape.HiddenSize),
            graph.Floats($"{name}.B", weights.B, directions, 2 * rows),
        ];
    }

    /// <summary>A layer of a network.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    /// <param name="layer">The layer, 0 for the first.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell.</exception>
    public static CellNodes Layer(Graph graph, NetworkParameters network, string prefix, int layer)
    {
        NetworkShape shape = network.Shape;
        var weights = OnnxWeights.Of(shape, network.Weights, layer);
        return new CellNodes(graph, shape, weights, shape.LayerInputSize(layer), shape.Directions, $"{prefix}rnn.l{layer}");
    }

    /// <summary>A decoder's own cell.</summary>
    /// <inheritdoc cref="Layer" path="/param|/exception"/>
    public static CellNodes Decoder(Graph graph, NetworkParameters network, string prefix)
    {
        var weights = OnnxWeights.Of(network.Shape, network.Weights, "decoder", [WeightLayout.Suffix(0, 0)]);
        return new CellNodes(graph, network.Shape, weights, 1 + network.Shape.Decoder!.KnownSize, directions: 1, $"{prefix}decoder.l0");
    }

    /// <summary>Runs it over some steps.</summary>
    /// <param name="input">Single [time, rows, input].</param>
    /// <param name="lengths">Int32 [rows] number of each row's steps; null for all.</param>
    /// <param name="start">The initial state; null for zeros.</param>
    /// <returns>The states of all steps, [time, directions, rows, H], and the state after the last.</returns>
    public (string States, StateNodes Final) Run(string input, string? lengths = null, StateNodes? start = null)
    {
        OnnxCell cell = OnnxWeights.CellOf(_shape);
        bool hasCellState = _shape.CellDefinition.HasCellState;
        string[] states =
            start is null ? []
            : hasCellState ? [start.Hidden, start.Cell!]
            : [start.Hidden];
        // Trailing inputs that are left out are not written at all.
        string[] inputs = lengths is null && start is null ? [] : [lengths ?? ""];
        string[] outputs = _graph.AddSeveral(
            hasCellState ? 3 : 2,
            cell.Operator,
            [input, .. _weights, .. inputs, .. states],
            [.. Attributes(cell)]
        );
        return (outputs[0], new StateNodes(outputs[1], hasCellState ? outputs[2] : null));
    }

    private IEnumerable<GraphAttribute> Attributes(OnnxCell cell)
    {
        yield return new GraphAttribute.Number("hidden_size", _shape.HiddenSize);
        yield return new GraphAttribute.Word("direction", _directions == 2 ? "bidirectional" : "forward");
        if (cell.LinearBeforeReset)
            yield return new GraphAttribute.Number("linear_before_reset", 1);
        if (cell.Activation is string activation)
            yield return new GraphAttribute.Words("activations", [.. Enumerable.Repeat(activation, _directions)]);
    }
}
