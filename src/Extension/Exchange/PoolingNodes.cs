using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Exchange;

/// <summary>The pooled states of a network as nodes of a graph, one pooling behind the other.</summary>
internal sealed class PoolingNodes : IStateNodes
{
    private readonly Graph _graph;
    private readonly NetworkParameters _network;
    private readonly SequenceMask? _mask;
    private readonly string _prefix,
        _final;
    private PoolingWeights? _weights;

    private PoolingNodes(Graph graph, NetworkParameters network, string prefix, SequenceMask? mask, string states, string final)
    {
        _graph = graph;
        _network = network;
        _prefix = prefix;
        _mask = mask;
        _final = final;
        Steps = graph.Transpose(states, 1, 0, 2);
    }

    public int Width => _network.Shape.StateWidth;

    public string Final => _graph.Reshape(_graph.Transpose(_final, 1, 0, 2), 0, Width);

    public string Steps { get; }

    public bool IsRagged => _mask is not null;

    public string Valid => _graph.Cast(Mask.Valid, ElementType.Float);

    public string Lengths => Mask.Count;

    private SequenceMask Mask => _mask ?? throw new InvalidOperationException("All rows are as long as the longest.");

    /// <summary>Adds them and returns their name, Single [batch, PooledSize]; zeros for a row without steps.</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">What the constants' names begin with.</param>
    /// <param name="mask">Which steps are valid; null where all are, of which there is at least one.</param>
    /// <param name="states">The last layer's states of all steps, [time, batch, D].</param>
    /// <param name="final">The final ones, [directions, batch, H].</param>
    /// <exception cref="InvalidOperationException">A pooling has no part for ONNX.</exception>
    public static string Add(Graph graph, NetworkParameters network, string prefix, SequenceMask? mask, string states, string final)
    {
        var nodes = new PoolingNodes(graph, network, prefix, mask, states, final);
        var parts = new List<string>();
        foreach (var (kind, pooling) in PoolingRegistry.Of(network.Shape.Pooling))
        {
            nodes._weights = pooling.Weights(nodes.Width);
            parts.Add(
                pooling.AddNodes(nodes) ?? throw Contracts.Except($"ONNX has no part of the pooling {kind}: train with another Pooling.")
            );
        }
        string pooled = graph.Concat(parts, 1);
        return mask is null ? pooled : graph.Add("Where", [mask.NotEmpty, pooled, graph.Scalar(0f)]);
    }

    public string Weights(params long[] shape) => _graph.Floats(_prefix + _weights!.Name, _network.Weights[_weights.Name], shape);

    public string Add(string @operator, params string[] inputs) => _graph.Add(@operator, inputs);

    public string PaddedSteps(float padding) =>
        _mask is null ? Steps : _graph.Add("Where", [_mask.ValidPerStep, Steps, _graph.Scalar(padding)]);

    public string Reduce(string @operator, string steps) =>
        _graph.Add(@operator, [steps], new GraphAttribute.Numbers("axes", [1]), new GraphAttribute.Number("keepdims", 0));

    public string Softmax(string scores)
    {
        // A row a line: over two sides, Softmax is the same in all opsets.
        string rows = _graph.Reshape(scores, 0, -1);
        if (_mask is not null)
            rows = _graph.Add("Where", [_mask.Valid, rows, _graph.Scalar(float.MinValue)]);
        return _graph.Add("Softmax", [rows], new GraphAttribute.Number("axis", 1));
    }

    public string WeightedSum(string shares) =>
        // [batch, 1, time] x [batch, time, D].
        _graph.Reshape(_graph.Add("MatMul", [_graph.Reshape(shares, 0, 1, -1), Steps]), 0, Width);
}
