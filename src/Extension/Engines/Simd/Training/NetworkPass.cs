using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The forward and backward pass of the whole network over a micro-batch: one thread's memory, reused.</summary>
internal sealed unsafe class NetworkPass
{
    private readonly LayerDropout _dropout;
    private readonly NetworkInput _input;
    private readonly InitialStatePass? _initial;
    private readonly LayerBlockPass _blocks;
    private readonly LayerChain _chain;
    private readonly OutputPass _outputs;
    private readonly Segmentation? _segmentation;
    private readonly Lazy<SegmentedPass> _segmented;

    /// <param name="settings">Sizes, loss, dropout.</param>
    /// <param name="map">Layout of the weights.</param>
    /// <param name="parts">The modules, shared.</param>
    /// <param name="embeddings">For a network over tokens, their table, shared.</param>
    /// <param name="keptBytes">Bytes of activations that a micro-batch may keep.</param>
    public NetworkPass(EngineSettings settings, ParameterMap map, NetworkParts parts, EmbeddingTable? embeddings, long keptBytes)
    {
        _dropout = new LayerDropout(settings);
        _input = new NetworkInput(settings, map, parts, embeddings, _dropout);
        LayerPass[] layers = [.. parts.Layers.Select((_, layer) => LayerPass.Whole(parts, layer))];
        _initial = InitialStatePass.Of(settings.Shape, map);
        _blocks = new LayerBlockPass(settings.Shape, map, parts);
        _chain = new LayerChain(layers, 0, _input, _dropout, map, _initial, _blocks);
        _outputs = OutputPasses.Create(settings, map, parts, layers[^1], _chain.Outputs);
        // A decoder continues from the last states of windows, which are short.
        if (settings.Shape.Decoder is null)
            _segmentation = new Segmentation(layers.Sum(layer => layer.ElementsPerStep) + _blocks.ElementsPerStep, keptBytes);
        _segmented = new Lazy<SegmentedPass>(() => new SegmentedPass(settings, map, parts, _input, _dropout, _initial, _blocks));
    }

    /// <summary>Raw outputs of a micro-batch's rows, without dropout.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[B, Outputs], for a tagger [T, B, Outputs], of the whole batch; the micro-batch's rows are written.</param>
    public void Score(MicroBatch microBatch, float* weights, Span<float> outputs)
    {
        _dropout.Step = null;
        Start(microBatch, weights);
        if (_segmentation?.StepsOf(microBatch) is int steps)
        {
            _segmented.Value.Score(microBatch, steps, weights, outputs);
            return;
        }
        _input.Start(microBatch, segments: 1, weights);
        _chain.Forward(microBatch);
        _outputs.Score(microBatch, weights, outputs);
    }

    /// <summary>A micro-batch's part of a training step.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="step">Number of the training step.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="unit">Divisor of a row's weight.</param>
    /// <param name="gradient">The micro-batch's gradients are added to it.</param>
    /// <returns>The sum of the rows' losses, each times its weight divided by the unit.</returns>
    public double Train(MicroBatch microBatch, long step, float* weights, double unit, MicroBatchGradient gradient)
    {
        _dropout.Step = step;
        Start(microBatch, weights);
        if (_segmentation?.StepsOf(microBatch) is int steps)
            return _segmented.Value.Train(microBatch, steps, step, weights, unit, gradient);
        _input.Start(microBatch, segments: 1, weights);
        _chain.Forward(microBatch);
        _chain.ClearOutputGradients(_outputs.UsesSteps);
        _input.StartBackward(microBatch);
        double loss = _outputs.Train(microBatch, step, weights, unit, gradient.Values);
        _chain.Backward(microBatch, _outputs.UsesSteps, gradient);
        _chain.BackwardInitial(gradient);
        _input.Finish(microBatch, gradient);
        return loss;
    }

    private void Start(MicroBatch microBatch, float* weights)
    {
        _initial?.Start(microBatch, weights);
        _blocks.Start(weights);
    }
}
