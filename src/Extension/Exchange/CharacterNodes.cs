using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Exchange;

/// <summary>The vectors of words' characters as nodes of a graph, as <see cref="CharacterProducts"/> computes them: a convolution, and its
/// maximum over the positions of each word. The operators are the same in opsets 11 to 17.</summary>
internal static class CharacterNodes
{
    /// <summary>Int64 [batch, time, W] codes to [batch, time, C].</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="mask">Which steps are valid; null where all are.</param>
    /// <param name="codes">Name of the codes.</param>
    public static string Add(Graph graph, TrainedNetwork network, string prefix, CharacterShape shape, SequenceMask? mask, string codes)
    {
        const int Window = CharacterShape.Window;
        if (mask is not null)
            codes = graph.Add("Where", [mask.ValidPerStep, codes, graph.Scalar((long)WordCharacters.Padding)]);
        string ids = graph.Reshape(Ids(graph, shape, codes), -1, WordCharacters.Length);
        // [batch * time, E, W], zeros of the padding.
        float[] table = [.. network.Weights[CharacterConvolution.Vectors]];
        Array.Clear(table, WordCharacters.Padding * shape.Size, shape.Size);
        string vectors = graph.Transpose(
            graph.Add("Gather", [graph.Floats(prefix + CharacterConvolution.Vectors, table, shape.Count, shape.Size), ids]),
            0,
            2,
            1
        );
        string filters = graph.Add(
            "Conv",
            [
                vectors,
                Floats(CharacterConvolution.Filters, shape.Filters, shape.Size, Window),
                Floats(CharacterConvolution.Bias, shape.Filters),
            ],
            new GraphAttribute.Numbers("kernel_shape", [Window]),
            new GraphAttribute.Numbers("pads", [Window / 2, Window / 2])
        );
        // The first position counts in any case.
        string position = graph.Integers([.. Enumerable.Range(0, WordCharacters.Length).Select(at => at == 0 ? 1L : 0)]),
            isOfWord = graph.Reshape(graph.Add("Greater", [graph.Add("Add", [ids, position]), graph.Scalar(0L)]), 0, 1, -1);
        string maxima = graph.Add(
            "ReduceMax",
            [graph.Add("Where", [isOfWord, filters, graph.Scalar(float.MinValue)])],
            new GraphAttribute.Numbers("axes", [2]),
            new GraphAttribute.Number("keepdims", 0)
        );
        string sides = graph.Concat([graph.Slice(graph.Add("Shape", [codes]), 0, 0, 2), graph.Integers(shape.Filters)], 0);
        return graph.Add("Reshape", [maxima, sides]);

        string Floats(string name, params long[] sides) => graph.Floats(prefix + name, network.Weights[name], sides);
    }

    // Codes beyond the table are unknown characters.
    private static string Ids(Graph graph, CharacterShape shape, string codes)
    {
        int[] ids = [.. shape.IdsOfCodes(), WordCharacters.Unknown];
        long last = ids.Length - 1;
        string table = graph.Integers([.. ids.Select(id => (long)id)]),
            isKnown = graph.Add("Less", [codes, graph.Scalar(last)]);
        return graph.Add("Gather", [table, graph.Add("Where", [isKnown, codes, graph.Scalar(last)])]);
    }
}
