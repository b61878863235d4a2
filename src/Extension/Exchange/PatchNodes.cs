using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Exchange;

/// <summary>Several time steps as one (<c>Data/Patch</c>), as nodes of a graph. The operators are the same in opsets 12 to 17.</summary>
internal static class PatchNodes
{
    /// <summary>The opset that they need.</summary>
    public const int OpSet = 12;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="sequence">Name of the time steps: Single [batch, time, F].</param>
    /// <param name="lengths">Name of the rows' numbers of them, Int64 [batch]; null where all are as long as the longest, which then has at
    /// least one.</param>
    /// <param name="features">F.</param>
    /// <param name="patchLength">k.</param>
    /// <returns>Names of the patches, [batch, ceil(time / k), k * F], and of the rows' numbers of them, Int64 [batch]; null where there
    /// were none.</returns>
    public static (string Sequence, string? Lengths) Add(Graph graph, string sequence, string? lengths, int features, int patchLength)
    {
        string time = graph.Add("Gather", [graph.Add("Shape", [sequence]), graph.Scalar(1L)]);
        string padded = graph.Add("Mul", [Patches(graph, time, patchLength), graph.Scalar((long)patchLength)]);
        string positions = graph.Add("Range", [graph.Scalar(0L), padded, graph.Scalar(1L)]);
        string last = lengths is null
            ? graph.Add("Sub", [time, graph.Scalar(1L)])
            : graph.Add("Max", [graph.Add("Sub", [graph.Reshape(lengths, -1, 1), graph.Scalar(1L)]), graph.Scalar(0L)]);
        // A patch that a row's steps do not fill goes on with the last of them.
        string index = graph.Add("Min", [positions, last]);
        string filled = lengths is null
            ? graph.Add("Gather", [sequence, index], new GraphAttribute.Number("axis", 1))
            : graph.Add(
                "GatherElements",
                [sequence, graph.Add("Expand", [graph.Reshape(index, 0, -1, 1), graph.Integers(1, 1, features)])],
                new GraphAttribute.Number("axis", 1)
            );
        return (graph.Reshape(filled, 0, -1, features * patchLength), lengths is null ? null : Patches(graph, lengths, patchLength));
    }

    private static string Patches(Graph graph, string steps, int patchLength) =>
        graph.Add("Div", [graph.Add("Add", [steps, graph.Scalar(patchLength - 1L)]), graph.Scalar((long)patchLength)]);
}
