using RnnMlNet.Data;
using RnnMlNet.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Scores a network with a cell of the user's own, which only torch can compute. On the CPU.</summary>
internal sealed class TorchScorer : ISequenceScorer
{
    private readonly RecurrentNetwork _network;
    private readonly NetworkShape _shape;
    private readonly FeatureScaling? _features;
    private readonly FeatureScaling? _labels;
    private bool _disposed;

    /// <exception cref="InvalidOperationException">The cell is not registered, or native torch is not there.</exception>
    public TorchScorer(NetworkShape shape, NetworkWeights weights, FeatureScaling? features, FeatureScaling? labels)
    {
        _shape = shape;
        _features = features;
        _labels = labels;
        Device device = TorchDevice.Resolve("cpu", fallbackToCpu: false, out _);
        using var scope = NewDisposeScope();
        _network = new RecurrentNetwork(new EngineSettings { Shape = shape, InitialWeights = new NetworkWeights([]), Loss = LossKind.Squared }, device);
        CheckWeights(weights);
        _network.SetWeights(weights);
        _network.IsTraining = false;
        _network.Keep();
    }

    public IScoringSession NewSession() => new Session(this);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _network.Dispose();
    }

    private void CheckWeights(NetworkWeights weights)
    {
        string[] wanted = [.. _network.Weights.Select(w => $"{w.Name} [{string.Join(", ", w.Parameter.shape)}]")];
        string[] given = [.. weights.Tensors.Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]")];
        if (!wanted.ToHashSet().SetEquals(given))
            throw new InvalidOperationException(
                $"The cell registered under '{_shape.CustomCell}' does not have the weights of the model: it has {string.Join(", ", wanted)}; the model has {string.Join(", ", given)}.");
    }

    /// <summary>One row at a time, as a batch of one.</summary>
    private sealed class Session(TorchScorer scorer) : IScoringSession
    {
        private readonly SequenceBatch _batch = new();

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            BatchOfOne.Fill(_batch, sequence, scorer._shape.Features, scorer._features);
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            Tensor scores = scorer._network.Forward(new TorchBatch(_batch, CPU)).contiguous();
            scores.data<float>().CopyTo(outputs);
            if (scorer._labels is FeatureScaling labels)
                for (int i = 0; i < outputs.Length; i++)
                    outputs[i] = outputs[i] * labels.Deviation[i] + labels.Mean[i];
        }

        public void Dispose()
        {
            // Tensors live for one call only.
        }
    }
}
