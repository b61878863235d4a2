using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// A network's head: linear layers with a rectifier between each two. Its weights are constants that all its runs share.
/// </summary>
internal sealed class HeadNodes
{
    private readonly Graph _graph;
    private readonly (string Weight, string Bias)[] _layers;

    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">The network.</param>
    /// <param name="prefix">Prefix of the constants' names.</param>
    public HeadNodes(Graph graph, NetworkParameters network, string prefix)
    {
        _graph = graph;
        _layers =
        [
            .. network
                .Shape.HeadLayers()
                .Select((sizes, j) => (Constant($"head.{j}.weight", sizes.Output, sizes.Input), Constant($"head.{j}.bias", sizes.Output))),
        ];

        string Constant(string name, params long[] sides) => graph.Floats(prefix + name, network.Weights[name], sides);
    }

    /// <summary>[rows, input] to [rows, outputs].</summary>
    public string OfRows(string rows) =>
        Run(rows, (x, weight, bias) => _graph.Add("Gemm", [x, weight, bias], new GraphAttribute.Number("transB", 1)));

    /// <summary>[batch, time, input] to [batch, time, outputs].</summary>
    public string OfSteps(string steps) =>
        Run(steps, (x, weight, bias) => _graph.Add("Add", [_graph.Add("MatMul", [x, _graph.Transpose(weight, 1, 0)]), bias]));

    private string Run(string x, Func<string, string, string, string> linear)
    {
        foreach (var (j, (weight, bias)) in _layers.Index())
        {
            x = linear(x, weight, bias);
            if (j < _layers.Length - 1)
                x = _graph.Add("Relu", [x]);
        }
        return x;
    }
}
