using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>What is read of a network's recurrent layers as nodes of a graph: sums of layers, normalised.</summary>
/// <param name="graph">The graph to add to.</param>
/// <param name="network">The network.</param>
/// <param name="prefix">What the constants' names begin with.</param>
internal sealed class BlockNodes(Graph graph, NetworkParameters network, string prefix)
{
    private readonly NetworkShape _shape = network.Shape;
    private readonly IReadOnlyList<NormModule> _norms = NetworkDefinition.Of(network.Shape).Norms;

    /// <summary>Whether the layers' states themselves are read.</summary>
    public bool IsEmpty => !_shape.HasBlocks;

    /// <summary>A layer's states, with residual connections added to those of the layers below.</summary>
    /// <param name="states">[time, batch, D].</param>
    /// <param name="below">[time, batch, D] the sum of those of the layers below; null for the first layer.</param>
    public string Sum(string states, string? below) =>
        _shape.ResidualConnections && below is not null ? graph.Add("Add", [states, below]) : states;

    /// <summary>What is read of a layer, [time, batch, D].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sum">[time, batch, D] what <see cref="Sum"/> gave.</param>
    public string Normalized(int layer, string sum)
    {
        if (_norms.Count == 0)
            return sum;
        NormModule norm = _norms[layer];
        string centred = norm.IsCentred ? graph.Add("Sub", [sum, Mean(sum)]) : sum,
            squares = graph.Add("Add", [Mean(graph.Add("Mul", [centred, centred])), graph.Scalar(norm.Epsilon)]);
        string normalized = graph.Add("Mul", [graph.Add("Div", [centred, graph.Add("Sqrt", [squares])]), Weight(norm.Gain)]);
        return norm.Bias is TensorSpec bias ? graph.Add("Add", [normalized, Weight(bias)]) : normalized;
    }

    /// <summary>Each direction's state after its last step, [directions, batch, H].</summary>
    /// <param name="states">[time, batch, D] what is read of the last layer.</param>
    /// <param name="mask">Which steps are valid; null where all are.</param>
    public string Final(string states, SequenceMask? mask)
    {
        int units = _shape.HiddenSize;
        // [batch, time, D].
        string steps = graph.Transpose(states, 1, 0, 2);
        string last = mask is null ? graph.Slice(steps, 1, -1, int.MaxValue) : LastValid(steps, mask);
        if (!_shape.Bidirectional)
            return graph.Transpose(last, 1, 0, 2);
        // The backward direction ends at the first step.
        string first = graph.Slice(steps, 1, 0, 1);
        string joined = graph.Concat([graph.Slice(last, 2, 0, units), graph.Slice(first, 2, units, 2L * units)], 1);
        return graph.Transpose(joined, 1, 0, 2);
    }

    // [batch, time, D] to [batch, 1, D]: the sum of the steps that are valid and have no valid one behind them.
    private string LastValid(string steps, SequenceMask mask)
    {
        string valid = graph.Cast(mask.Valid, ElementType.Float);
        string behind = graph.Concat(
            [graph.Slice(valid, 1, 1, int.MaxValue), graph.Add("Mul", [graph.Slice(valid, 1, 0, 1), graph.Scalar(0f)])],
            1
        );
        string isLast = graph.Add("Sub", [valid, behind]);
        return graph.Add("MatMul", [graph.Reshape(isLast, 0, 1, -1), steps]);
    }

    private string Mean(string values) =>
        graph.Add("ReduceMean", [values], new GraphAttribute.Numbers("axes", [2]), new GraphAttribute.Number("keepdims", 1));

    private string Weight(TensorSpec spec) => graph.Floats(prefix + spec.Name, network.Weights[spec.Name], _shape.StateWidth);
}
