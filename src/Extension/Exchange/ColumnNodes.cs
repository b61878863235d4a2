using RnnMlNet.Data;

namespace RnnMlNet.Exchange;

/// <summary>
/// ML.NET's sequence columns, as its converter names them in a graph, made into what <see cref="NetworkNodes"/> reads. The converter gives
/// each column a first side more than its type has: the rows.
/// </summary>
internal static class ColumnNodes
{
    /// <param name="graph">The graph to add to.</param>
    /// <param name="binding">The columns' features or vocabulary.</param>
    /// <param name="columns">How they hold the sequence.</param>
    /// <param name="values">Their names in the graph.</param>
    /// <returns>Names of the steps, [rows, time, F] or token ids [rows, time], and of the rows' lengths; null where all steps are valid.</returns>
    public static (string Sequence, string? Lengths) Add(Graph graph, SequenceBinding binding, SequenceColumns columns, IReadOnlyList<string> values)
    {
        if (binding.Vocabulary > 0)
            return Tokens(graph, values[0], binding.Vocabulary);
        if (columns.AreChannels)
            return (graph.Concat([.. values.Select(channel => graph.Reshape(channel, 0, -1, 1))], 2), null);
        return columns.Layout == SequenceLayout.StepMajor
            ? (graph.Reshape(values[0], 0, -1, binding.Features), null)
            : (graph.Transpose(graph.Reshape(values[0], 0, binding.Features, -1), 0, 2, 1), null);
    }

    /// <summary>Keys, 1..V and all others missing, as ids 0..V-1: those of a row first, in their order, and behind them the missing ones.</summary>
    private static (string Tokens, string Lengths) Tokens(Graph graph, string column, int vocabulary)
    {
        string keys = graph.Reshape(graph.Cast(column, ElementType.Int64), 0, -1);
        string known = graph.Add("And", [graph.Add("Greater", [keys, graph.Scalar(0L)]), graph.Add("Less", [keys, graph.Scalar(vocabulary + 1L)])]);
        string isKnown = graph.Cast(known, ElementType.Float);

        // time - t for a known key at step t, -t for a missing one: sorted from the largest, the known ones come first.
        string time = SequenceMask.Time(graph, keys);
        string bonus = graph.Add("Mul", [isKnown, graph.Cast(time, ElementType.Float)]);
        string rank = graph.Add("Sub", [bonus, graph.Cast(SequenceMask.Positions(graph, keys), ElementType.Float)]);
        var (_, order) = graph.AddPair("TopK", [rank, graph.Reshape(time, 1)], new GraphAttribute.Number("axis", 1));

        string ids = graph.Add("Sub", [keys, graph.Scalar(1L)]);
        string tokens = graph.Add("GatherElements", [ids, order], new GraphAttribute.Number("axis", 1));
        // The sum of ones; ReduceSum itself takes its axes in another way from opset 13 on.
        string lengths = graph.Add("ReduceL1", [isKnown], new GraphAttribute.Numbers("axes", [1]), new GraphAttribute.Number("keepdims", 0));
        return (tokens, graph.Cast(lengths, ElementType.Int64));
    }
}
