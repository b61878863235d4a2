using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>A forecasting network as nodes of a graph, step for step what <c>Scoring/WindowScorer</c> computes.</summary>
internal sealed class WindowNetworkNodes
{
    private readonly Graph _graph;
    private readonly NetworkParameters _network;
    private readonly NetworkShape _shape;
    private readonly WindowInputs _inputs;
    private readonly string _prefix;
    private readonly HeadNodes _head;

    private WindowNetworkNodes(Graph graph, NetworkParameters network, WindowInputs inputs, string prefix)
    {
        _graph = graph;
        _network = network;
        _shape = network.Shape;
        _inputs = inputs;
        _prefix = prefix;
        _head = new HeadNodes(graph, network, prefix);
    }

    /// <summary>Adds the network and returns the name of its outputs, Single, row after row, of each [Outputs].</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">A network of built-in cells.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="prefix">What its constants' names begin with.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell.</exception>
    public static string Add(Graph graph, NetworkParameters network, WindowInputs inputs, string prefix)
    {
        var nodes = new WindowNetworkNodes(graph, network, inputs, prefix);
        var (firstLayer, final) = nodes.Encode();
        return network.Shape.Decoder switch
        {
            null => nodes.Pool(final),
            { Kind: DecoderKind.Parallel } => nodes.DecodeAtOnce(firstLayer, final),
            { Kind: DecoderKind.Recurrent } => nodes.DecodeInTurn(final),
            { Kind: var kind } => throw new InvalidOperationException($"There is no decoder {kind}."),
        };
    }

    private (CellNodes FirstLayer, StateNodes Final) Encode()
    {
        string x = _shape.ProjectionSize > 0 ? Project(_inputs.Steps) : _inputs.Steps;
        CellNodes firstLayer = CellNodes.Layer(_graph, _network, _prefix, layer: 0);
        var (states, final) = firstLayer.Run(x);
        for (int layer = 1; layer < _shape.Layers; layer++)
        {
            // [time, 1, rows, H] to [time, rows, H].
            string input = _graph.Reshape(_graph.Transpose(states, 0, 2, 1, 3), 0, 0, _shape.HiddenSize);
            (states, final) = CellNodes.Layer(_graph, _network, _prefix, layer).Run(input);
        }
        return (firstLayer, final);
    }

    private string Project(string steps)
    {
        string weight = Floats(WeightLayout.Projection, _shape.ProjectionSize, _shape.Features),
            bias = Floats(WeightLayout.ProjectionBias, _shape.ProjectionSize);
        string linear = _graph.Add("Add", [_graph.Add("MatMul", [steps, _graph.Transpose(weight, 1, 0)]), bias]);
        return _graph.Add("Relu", [linear]);
    }

    private string Pool(StateNodes final)
    {
        string pooled = _graph.Reshape(final.Hidden, -1, _shape.HiddenSize);
        return _head.OfRows(_inputs.RowFeatures is null ? pooled : _graph.Concat([pooled, _inputs.RowFeatures], 1));
    }

    // All steps of all rows side by side, row after row: each is one step of the first layer from its row's last state.
    private string DecodeAtOnce(CellNodes firstLayer, StateNodes final)
    {
        var start = new StateNodes(OfEachStep(final.Hidden), final.Cell is null ? null : OfEachStep(final.Cell));
        string input = _graph.Reshape(Positions(), 1, -1, _shape.InputSize);
        var (_, states) = firstLayer.Run(input, start: start);
        return _head.OfRows(_graph.Reshape(states.Hidden, -1, _shape.HiddenSize));
    }

    /// <summary>[1, rows, H] to [1, rows m, H].</summary>
    private string OfEachStep(string state)
    {
        string byRow = _graph.Reshape(state, -1, 1, _shape.HiddenSize);
        return _graph.Reshape(_graph.Expand(byRow, 1, _shape.Decoder!.Steps, 1), 1, -1, _shape.HiddenSize);
    }

    /// <summary>What says which step and channel it is, and what is known of it: [windows, C, m, I].</summary>
    private string Positions()
    {
        DecoderShape decoder = _shape.Decoder!;
        int channel = WeightLayout.ChannelSize(_shape),
            position = _shape.InputSize - channel;
        string positions = Floats(WeightLayout.Position, 1, decoder.Steps, position);
        if (channel > 0)
        {
            string channels = _graph.Expand(Floats(WeightLayout.Channel, decoder.Channels, 1, channel), 1, decoder.Steps, 1);
            positions = _graph.Concat([_graph.Expand(positions, decoder.Channels, 1, 1), channels], 2);
        }
        if (_inputs.KnownSegments is null)
            return OfEachWindow(positions);
        string weight = Floats(WeightLayout.Known, _shape.InputSize, decoder.KnownSize);
        string known = _graph.Add("MatMul", [_inputs.KnownSegments, _graph.Transpose(weight, 1, 0)]);
        return _graph.Add("Add", [_graph.Reshape(known, 0, 1, decoder.Steps, _shape.InputSize), positions]);
    }

    /// <summary>[C, m, I] to [windows, C, m, I].</summary>
    private string OfEachWindow(string positions)
    {
        DecoderShape decoder = _shape.Decoder!;
        string sides = _graph.Concat([_inputs.Windows, _graph.Integers(decoder.Channels, decoder.Steps, _shape.InputSize)], 0);
        return _graph.Add("Expand", [positions, sides]);
    }

    // A node for each step: what one puts out the next one reads.
    private string DecodeInTurn(StateNodes final)
    {
        DecoderShape decoder = _shape.Decoder!;
        CellNodes cell = CellNodes.Decoder(_graph, _network, _prefix);
        int each = _shape.HeadOutputs;
        string before = _inputs.First!;
        StateNodes state = final;
        var outputs = new List<string>();
        for (int step = 0; step < decoder.Steps; step++)
        {
            string[] parts = _inputs.KnownSteps is string known ? [before, KnownOf(known, step)] : [before];
            string input = _graph.Reshape(_graph.Concat(parts, 1), 1, -1, 1 + decoder.KnownSize);
            (_, state) = cell.Run(input, start: state);
            string output = _head.OfRows(_graph.Reshape(state.Hidden, -1, _shape.HiddenSize));
            before = each == 1 ? output : _graph.Slice(output, 1, each / 2, each / 2 + 1);
            outputs.Add(output);
        }
        return _graph.Concat(outputs, 1);
    }

    private string KnownOf(string steps, int step) =>
        _graph.Add("Gather", [steps, _graph.Scalar((long)step)], new GraphAttribute.Number("axis", 0));

    private string Floats(string name, params long[] sides) => _graph.Floats(_prefix + name, _network.Weights[name], sides);
}
