using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Data;

namespace RnnMlNet.Exchange;

/// <summary>
/// Converts ML.NET's sequence columns, under their names in the converter's graph, to the input of <see cref="NetworkNodes"/>. The
/// converter adds a first dimension to each column's type: the rows.
/// </summary>
internal static class ColumnNodes
{
    /// <param name="graph">The graph to add to.</param>
    /// <param name="binding">The columns' features or vocabulary.</param>
    /// <param name="columns">The columns' layout.</param>
    /// <param name="values">Their names in the graph.</param>
    /// <returns>The steps, [rows, time, F] or token ids [rows, time], of these with a mask.</returns>
    public static TimeSteps Add(Graph graph, SequenceBinding binding, SequenceColumns columns, IReadOnlyList<string> values)
    {
        if (binding.Vocabulary > 0)
            return Tokens(graph, values[0], binding.Vocabulary);
        if (columns.AreChannels)
            return new TimeSteps(graph.Concat([.. Steps(graph, binding, values)], 2));
        return new TimeSteps(
            columns.Layout == SequenceLayout.StepMajor
                ? graph.Reshape(values[0], 0, -1, binding.Features)
                : graph.Transpose(graph.Reshape(values[0], 0, binding.Features, -1), 0, 2, 1)
        );
    }

    /// <summary>The static values, Single [rows, S]; null for none.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="values">Their names in the graph.</param>
    public static string? Statics(Graph graph, StaticColumns columns, IReadOnlyList<string> values) =>
        columns.Width == 0
            ? null
            : graph.Concat(
                [
                    .. columns.All.Zip(
                        values,
                        (column, value) => graph.Reshape(graph.Cast(value, ElementType.Float), 0, StaticColumns.WidthOf(column.Type))
                    ),
                ],
                1
            );

    // Numbers first, then categories, as rows are read.
    private static IEnumerable<string> Steps(Graph graph, SequenceBinding binding, IReadOnlyList<string> values)
    {
        var columns = binding.Columns.Zip(values).ToArray();
        foreach (var (column, value) in columns.Where(column => !IsKey(column.First)))
            yield return graph.Reshape(value, 0, -1, binding.WidthOf(column.Name));
        foreach (var (_, value) in columns.Where(column => IsKey(column.First)))
            yield return graph.Reshape(graph.Cast(value, ElementType.Float), 0, -1, 1);
    }

    private static bool IsKey(DataViewSchema.Column column) => column.Type.GetItemType() is KeyDataViewType;

    /// <summary>
    /// Converts keys, 1..V and all others missing, to ids 0..V-1: those of a row first, in their order, followed by the missing ones.
    /// </summary>
    /// <remarks>
    /// The number of steps is counted, not read by the operator Shape: ML.NET's TokenizeIntoWords declares one word per row to the
    /// converter, and ONNX Runtime would use that.
    /// </remarks>
    private static TimeSteps Tokens(Graph graph, string column, int vocabulary)
    {
        string keys = graph.Reshape(graph.Cast(column, ElementType.Int64), 0, -1);
        string known = graph.Add(
            "And",
            [graph.Add("Greater", [keys, graph.Scalar(0L)]), graph.Add("Less", [keys, graph.Scalar(vocabulary + 1L)])]
        );
        string isKnown = graph.Cast(known, ElementType.Float);
        string ones = graph.Add("Add", [isKnown, graph.Cast(graph.Add("Not", [known]), ElementType.Float)]);
        string numbers = graph.Add("CumSum", [ones, graph.Scalar(1L)]); // 1, 2, ..., time
        string time = graph.Reshape(graph.Add("ReduceMax", [numbers], new GraphAttribute.Number("keepdims", 0)), 1);

        // time - number for a known key, less than all those for a missing one: in descending order, the known ones come first.
        string rank = graph.Add("Sub", [graph.Add("Mul", [isKnown, time]), numbers]);
        var (_, order) = graph.AddPair("TopK", [rank, graph.Cast(time, ElementType.Int64)], new GraphAttribute.Number("axis", 1));

        string ids = graph.Add("Sub", [keys, graph.Scalar(1L)]);
        string tokens = graph.Add("GatherElements", [ids, order], new GraphAttribute.Number("axis", 1));
        // ReduceL1 sums the ones; ReduceSum itself takes its axes differently from opset 13 on.
        string lengths = graph.Add(
            "ReduceL1",
            [isKnown],
            new GraphAttribute.Numbers("axes", [1]),
            new GraphAttribute.Number("keepdims", 0)
        );
        string positions = graph.Cast(graph.Add("Sub", [numbers, graph.Scalar(1f)]), ElementType.Int64);
        return new TimeSteps(tokens, Mask: SequenceMask.Add(graph, graph.Cast(lengths, ElementType.Int64), positions));
    }
}
