using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>A forecasting network's learned cycle as nodes of a graph. A row is a channel of a window: window C + channel.</summary>
/// <param name="graph">The graph to add to.</param>
/// <param name="network">The network, with a cycle.</param>
/// <param name="phases">Int64 [windows, 1] the position in the cycle of the step after each window.</param>
/// <param name="prefix">Prefix of the constants' names.</param>
internal sealed class CycleNodes(Graph graph, TrainedNetwork network, string phases, string prefix)
{
    private readonly CycleShape _cycle = network.Shape.Cycle!;
    private readonly string _table = graph.Floats(
        prefix + LearnedCycle.Weight,
        network.Weights[LearnedCycle.Weight],
        network.Shape.Cycle!.Channels,
        network.Shape.Cycle.Length
    );

    /// <summary>Subtracts it from the first values of each step, those of the row's channel: Single [steps, rows, F], likewise.</summary>
    public string Subtract(string steps)
    {
        int lead = _cycle.Lead,
            length = lead + _cycle.Window,
            features = network.Shape.Features;
        string values = Values([.. Enumerable.Range(-length, length)]);
        if (lead > 0)
        {
            float[] isInWindow = [.. Enumerable.Range(0, length).Select(n => n < lead ? 0f : 1f)];
            values = graph.Add("Mul", [values, graph.Floats($"{prefix}in_window", isInWindow, 1, 1, length)]);
        }
        string bySegment = graph.Transpose(graph.Reshape(values, -1, length / _cycle.Segment, _cycle.Segment), 1, 0, 2);
        string own = graph.Add("Sub", [graph.Slice(steps, 2, 0, _cycle.Segment), bySegment]);
        return features == _cycle.Segment ? own : graph.Concat([own, graph.Slice(steps, 2, _cycle.Segment, features)], 2);
    }

    /// <summary>Adds it to the outputs: Single, row after row; [windows, C, steps, outputs of a step].</summary>
    public string Add(string outputs)
    {
        int[] ahead = [.. Enumerable.Range(0, network.Shape.Outputs / _cycle.OutputsPerStep)];
        string values = Values(ahead);
        if (_cycle.Season > 0)
            values = graph.Add("Sub", [values, Values([.. ahead.Select(_cycle.Base)])]);
        string byStep = graph.Reshape(outputs, -1, _cycle.Channels, ahead.Length, _cycle.OutputsPerStep);
        return graph.Add("Add", [byStep, graph.Reshape(values, 0, 0, -1, 1)]);
    }

    // Single [windows, C, n] the cycles at some steps, counted from the horizon's first.
    private string Values(int[] ahead)
    {
        string steps = graph.Add("Add", [phases, graph.Integers([.. ahead.Select(step => (long)step)])]);
        string positions = graph.Add("Mod", [steps, graph.Scalar((long)_cycle.Length)]);
        return graph.Transpose(graph.Add("Gather", [_table, positions], new GraphAttribute.Number("axis", 1)), 1, 0, 2);
    }
}
