namespace RnnMlNet.Exchange;

/// <summary>The valid steps, computed from the rows' lengths. Names of values in a graph.</summary>
/// <param name="Valid">Bool [batch, time].</param>
/// <param name="ValidPerStep">Bool [batch, time, 1].</param>
/// <param name="NotEmpty">Bool [batch, 1].</param>
/// <param name="Count">Single [batch, 1], the lengths, but 1 for a row of length 0.</param>
/// <param name="Lengths">Int32 [batch], the same: the recurrent operators' input.</param>
internal sealed record SequenceMask(string Valid, string ValidPerStep, string NotEmpty, string Count, string Lengths)
{
    /// <param name="graph">The graph to add to.</param>
    /// <param name="lengths">Int64 [batch]</param>
    /// <param name="positions">0, 1, ..., time - 1: Int64 [time] or [batch, time].</param>
    public static SequenceMask Add(Graph graph, string lengths, string positions)
    {
        string perRow = graph.Reshape(lengths, -1, 1);
        string valid = graph.Add("Less", [positions, perRow]);
        string count = graph.Add("Max", [graph.Cast(perRow, ElementType.Float), graph.Scalar(1f)]);
        return new SequenceMask(
            valid,
            graph.Reshape(valid, 0, 0, 1),
            graph.Add("Greater", [perRow, graph.Scalar(0L)]),
            count,
            graph.Cast(graph.Reshape(count, -1), ElementType.Int32)
        );
    }

    /// <summary>0, 1, ..., time - 1 of a value [batch, time, ...]: Int64 [time].</summary>
    public static string Positions(Graph graph, string sequence)
    {
        string time = graph.Add("Gather", [graph.Add("Shape", [sequence]), graph.Scalar(1L)]);
        return graph.Add("Range", [graph.Scalar(0L), time, graph.Scalar(1L)]);
    }
}
