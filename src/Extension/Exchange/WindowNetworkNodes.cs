using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>A forecasting network as nodes of a graph, step for step what <c>Scoring/RowsScorer</c> computes.</summary>
internal sealed class WindowNetworkNodes
{
    private readonly Graph _graph;
    private readonly TrainedNetwork _network;
    private readonly NetworkShape _shape;
    private readonly WindowInputs _inputs;
    private readonly string _prefix;
    private readonly HeadNodes _head;
    private readonly CycleNodes? _cycle;

    private WindowNetworkNodes(Graph graph, TrainedNetwork network, WindowInputs inputs, string prefix)
    {
        _graph = graph;
        _network = network;
        _shape = network.Shape;
        _inputs = inputs;
        _prefix = prefix;
        _head = new HeadNodes(graph, network, prefix);
        _cycle = _shape.Cycle is null ? null : new CycleNodes(graph, network, inputs.Phases!, prefix);
    }

    /// <summary>Adds the network and returns the name of its outputs, Single, row after row, of each [Outputs].</summary>
    /// <param name="graph">The graph to add to.</param>
    /// <param name="network">A network of built-in cells.</param>
    /// <param name="inputs">What it reads.</param>
    /// <param name="prefix">What its constants' names begin with.</param>
    /// <exception cref="InvalidOperationException">ONNX has no operator for the cell, or no nodes for the decoder.</exception>
    public static string Add(Graph graph, TrainedNetwork network, WindowInputs inputs, string prefix)
    {
        var nodes = new WindowNetworkNodes(graph, network, inputs, prefix);
        var (firstLayer, final) = nodes.Encode();
        string outputs = network.Shape.Decoder is DecoderShape decoder ? nodes.Decode(decoder, firstLayer, final) : nodes.Pool(final);
        return nodes._cycle?.Add(outputs) ?? outputs;
    }

    private (CellNodes FirstLayer, StateNodes Final) Encode()
    {
        // Windows are in units of their own: a network's scaling is not used.
        TrainedNetwork unscaled = _network with
        {
            FeatureScaling = null,
            CategoryScaling = null,
        };
        string steps = new InputNodes(_graph, unscaled, _prefix).Steps(_cycle?.Subtract(_inputs.Steps) ?? _inputs.Steps, statics: null);
        string x = _shape.ProjectionSize > 0 ? Project(steps) : steps;
        CellNodes firstLayer = RecurrentNodes.Layer(_graph, _network, _prefix, layer: 0);
        var (states, final) = firstLayer.Run(x);
        for (int layer = 1; layer < _shape.Layers; layer++)
        {
            // [time, 1, rows, H] to [time, rows, H].
            string input = _graph.Reshape(_graph.Transpose(states, 0, 2, 1, 3), 0, 0, _shape.HiddenSize);
            (states, final) = RecurrentNodes.Layer(_graph, _network, _prefix, layer).Run(input);
        }
        return (firstLayer, final);
    }

    private string Project(string steps)
    {
        string weight = Floats(WeightLayout.Projection, _shape.ProjectionSize, _shape.StepInputSize),
            bias = Floats(WeightLayout.ProjectionBias, _shape.ProjectionSize);
        string linear = _graph.Add("Add", [_graph.Add("MatMul", [steps, _graph.Transpose(weight, 1, 0)]), bias]);
        return _graph.Add("Relu", [linear]);
    }

    private string Pool(StateNodes final)
    {
        string pooled = _graph.Reshape(final.Hidden, -1, _shape.HiddenSize);
        return _head.OfRows(_inputs.StaticInputs is null ? pooled : _graph.Concat([pooled, _inputs.StaticInputs], 1));
    }

    private string Decode(DecoderShape decoder, CellNodes firstLayer, StateNodes final) =>
        DecoderNodes.All.Find(decoder.Kind) is { } nodes
            ? nodes(new DecoderContext(_graph, _network, _inputs, _prefix, _head, firstLayer, final))
            : throw Contracts.Except(
                $"A network whose readout is {NetworkDefinition.Of(_shape).Readout.Name} cannot be saved as ONNX, which has no nodes for "
                    + "it here: save it as safetensors, or in ML.NET's format."
            );

    private string Floats(string name, params long[] sides) => _graph.Floats(_prefix + name, _network.Weights[name], sides);
}
