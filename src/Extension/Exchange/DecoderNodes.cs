using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Exchange;

/// <summary>What a decoder's nodes are added to.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Network">The network.</param>
/// <param name="Inputs">What it reads.</param>
/// <param name="Prefix">What its constants' names begin with.</param>
/// <param name="Head">The head.</param>
/// <param name="FirstLayer">The first recurrent layer.</param>
/// <param name="Final">The state after the last step.</param>
internal sealed record DecoderContext(
    Graph Graph,
    NetworkParameters Network,
    WindowInputs Inputs,
    string Prefix,
    HeadNodes Head,
    CellNodes FirstLayer,
    StateNodes Final
)
{
    /// <summary>The network's sizes.</summary>
    public NetworkShape Shape => Network.Shape;

    /// <summary>A weight as a constant.</summary>
    public string Floats(string name, params long[] sides) => Graph.Floats(Prefix + name, Network.Weights[name], sides);
}

/// <summary>The registry of the decoders as nodes of a graph: the only place that lists them.</summary>
internal static class DecoderNodes
{
    /// <summary>All parts: each adds its nodes and returns the name of the outputs, Single, row after row, of each [Outputs].</summary>
    public static DecoderParts<Func<DecoderContext, string>> All { get; } =
        new DecoderParts<Func<DecoderContext, string>>()
            .Add<ParallelDecoder>(context => new ParallelDecoderNodes(context).Add())
            .Add<RecurrentDecoder>(RecurrentDecoderNodes.Add);
}

/// <summary>
/// All steps of all rows side by side, row after row: each is one step of the first layer from its row's last state.
/// </summary>
internal sealed class ParallelDecoderNodes(DecoderContext context)
{
    private readonly Graph _graph = context.Graph;
    private readonly NetworkShape _shape = context.Shape;
    private readonly DecoderShape _decoder = context.Shape.Decoder!;

    public string Add()
    {
        StateNodes final = context.Final;
        var start = new StateNodes(OfEachStep(final.Hidden), [.. final.Others.Select(OfEachStep)]);
        string input = _graph.Reshape(Positions(), 1, -1, _shape.InputSize);
        var (_, states) = context.FirstLayer.Run(input, start: start);
        return context.Head.OfRows(_graph.Reshape(states.Hidden, -1, _shape.HiddenSize));
    }

    /// <summary>[1, rows, H] to [1, rows m, H].</summary>
    private string OfEachStep(string state)
    {
        string byRow = _graph.Reshape(state, -1, 1, _shape.HiddenSize);
        return _graph.Reshape(_graph.Expand(byRow, 1, _decoder.Steps, 1), 1, -1, _shape.HiddenSize);
    }

    /// <summary>What says which step and channel it is, and what is known of it: [windows, C, m, I].</summary>
    private string Positions()
    {
        int channel = ((ParallelDecoderModule)NetworkDefinition.Of(_shape).Readout).ChannelSize,
            position = _shape.InputSize - channel;
        string positions = context.Floats(ParallelDecoderModule.Position, 1, _decoder.Steps, position);
        if (channel > 0)
        {
            string channels = context.Floats(ParallelDecoderModule.Channel, _decoder.Channels, 1, channel);
            channels = _graph.Expand(channels, 1, _decoder.Steps, 1);
            positions = _graph.Concat([_graph.Expand(positions, _decoder.Channels, 1, 1), channels], 2);
        }
        if (context.Inputs.KnownOfWindows is null)
            return OfEachWindow(positions);
        string weight = context.Floats(ParallelDecoderModule.Known, _shape.InputSize, _decoder.KnownSize);
        string known = _graph.Add("MatMul", [context.Inputs.KnownOfWindows, _graph.Transpose(weight, 1, 0)]);
        return _graph.Add("Add", [_graph.Reshape(known, 0, 1, _decoder.Steps, _shape.InputSize), positions]);
    }

    /// <summary>[C, m, I] to [windows, C, m, I].</summary>
    private string OfEachWindow(string positions)
    {
        string sides = _graph.Concat([context.Inputs.Windows, _graph.Integers(_decoder.Channels, _decoder.Steps, _shape.InputSize)], 0);
        return _graph.Add("Expand", [positions, sides]);
    }
}

/// <summary>A node for each step: what one puts out the next one reads.</summary>
internal static class RecurrentDecoderNodes
{
    public static string Add(DecoderContext context)
    {
        DecoderShape decoder = context.Shape.Decoder!;
        Graph graph = context.Graph;
        CellNodes cell = RecurrentNodes.Decoder(graph, context.Network, context.Prefix);
        int each = context.Shape.HeadOutputs;
        string before = context.Inputs.First!;
        StateNodes state = context.Final;
        var outputs = new List<string>();
        for (int step = 0; step < decoder.Steps; step++)
        {
            string[] parts = context.Inputs.KnownOfRows is string known ? [before, KnownOf(graph, known, step)] : [before];
            string input = graph.Reshape(graph.Concat(parts, 1), 1, -1, 1 + decoder.KnownSize);
            (_, state) = cell.Run(input, start: state);
            string output = context.Head.OfRows(graph.Reshape(state.Hidden, -1, context.Shape.HiddenSize));
            before = each == 1 ? output : graph.Slice(output, 1, each / 2, each / 2 + 1);
            outputs.Add(output);
        }
        return graph.Concat(outputs, 1);
    }

    private static string KnownOf(Graph graph, string steps, int step) =>
        graph.Add("Gather", [steps, graph.Scalar((long)step)], new GraphAttribute.Number("axis", 0));
}
