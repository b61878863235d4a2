using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>A convolution over the steps (<see cref="ConvolutionModule"/>) as nodes of a graph. The operators are the same in opsets 1 to
/// 17.</summary>
internal static class ConvolutionNodes
{
    /// <param name="graph">The graph to add to.</param>
    /// <param name="weights">The network's weights.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="steps">Name of its input, [batch, time, F].</param>
    /// <param name="mask">Which steps are valid; null where all are.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    /// <returns>Name of its output, [batch, ceil(time / S), C], and which of its steps are valid.</returns>
    public static (string Steps, SequenceMask? Mask) Add(
        Graph graph,
        NetworkWeights weights,
        ConvolutionModule convolution,
        string steps,
        SequenceMask? mask,
        string prefix
    )
    {
        string convolved = graph.Add(
            "Conv",
            [graph.Transpose(steps, 0, 2, 1), Constant(convolution.Weight), Constant(convolution.Bias)],
            new GraphAttribute.Numbers("kernel_shape", [convolution.Shape.KernelSize]),
            new GraphAttribute.Numbers("pads", [convolution.Shape.KernelSize - 1, 0]),
            new GraphAttribute.Numbers("strides", [convolution.Shape.Stride])
        );
        string outputs = graph.Transpose(graph.Add("Relu", [convolved]), 0, 2, 1);
        return (
            outputs,
            mask is null || convolution.Shape.Stride == 1
                ? mask
                : SequenceMask.Add(graph, Windows(graph, mask, convolution.Shape.Stride), SequenceMask.Positions(graph, outputs))
        );

        string Constant(TensorSpec spec) =>
            graph.Floats(prefix + spec.Name, weights[spec.Name], [.. spec.Shape.Select(side => (long)side)]);
    }

    // Int64 [batch]: 0 for a row without steps, whose length counts as 1.
    private static string Windows(Graph graph, SequenceMask mask, int stride)
    {
        string steps = graph.Cast(mask.Lengths, ElementType.Int64),
            some = graph.Cast(graph.Reshape(mask.NotEmpty, -1), ElementType.Int64),
            windows = graph.Add("Div", [graph.Add("Add", [steps, graph.Scalar(stride - 1L)]), graph.Scalar((long)stride)]);
        return graph.Add("Mul", [windows, some]);
    }
}
