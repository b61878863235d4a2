using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>Scores on torch: a network with a custom cell, which only torch can compute, and any network on a GPU.</summary>
internal sealed class TorchScorer : ISequenceScorer
{
    private readonly RecurrentNetwork _network;
    private readonly NetworkShape _shape;
    private readonly InputEncoder? _encoder;
    private readonly FeatureScaling? _labels;
    private readonly Device _device;

    // Many threads may score at once; the network's native memory is freed when none does.
    private readonly ReaderWriterLockSlim _use = new();
    private bool _disposed;

    /// <param name="network">The network.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="InvalidOperationException">The cell is not registered, or the device or native torch is not available.</exception>
    public TorchScorer(NetworkParameters network, string device = "cpu")
    {
        _shape = network.Shape;
        _encoder = _shape.UsesTokens && _shape.StaticFeatures == 0 ? null : InputEncoder.Of(network);
        _labels = network.LabelScaling;
        _device = TorchDevice.ForScoring(device);
        using var scope = NewDisposeScope();
        _network = new RecurrentNetwork(
            new EngineSettings
            {
                Shape = _shape,
                InitialWeights = new NetworkWeights([]),
                Loss = LossKind.Squared,
            },
            _device
        );
        CheckWeights(network.Weights);
        _network.SetWeights(network.Weights);
        _network.IsTraining = false;
        _network.Keep();
    }

    public IScoringSession NewSession() => new Session(this);

    public void Dispose()
    {
        _use.EnterWriteLock();
        if (!_disposed)
            _network.Dispose();
        _disposed = true;
        _use.ExitWriteLock();
    }

    /// <summary>Raw outputs of a batch.</summary>
    /// <exception cref="ObjectDisposedException">The scorer has been disposed.</exception>
    private void Forward(MiniBatch batch, Span<float> outputs)
    {
        _use.EnterReadLock();
        try
        {
            if (_disposed)
                throw new ObjectDisposedException(null, ISequenceScorer.WasDisposed);
            using var scope = NewDisposeScope();
            using var inference = inference_mode();
            Tensor scores = _network.Forward(new TorchBatch(batch, _device, _shape.StepStride)).cpu().contiguous();
            scores.data<float>().CopyTo(outputs);
        }
        finally
        {
            _use.ExitReadLock();
        }
    }

    private void CheckWeights(NetworkWeights weights)
    {
        string[] wanted = [.. _network.Weights.Select(w => $"{w.Name} [{string.Join(", ", w.Parameter.shape)}]")];
        string[] given = [.. weights.Tensors.Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]")];
        if (!wanted.ToHashSet().SetEquals(given))
            throw new InvalidOperationException(
                $"The cell registered under '{_shape.CustomCell}' does not have the weights of the model: it has "
                    + $"{string.Join(", ", wanted)}; the model has {string.Join(", ", given)}."
            );
    }

    private sealed class Session(TorchScorer scorer) : IScoringSession
    {
        private readonly MiniBatch _single = new();
        private readonly PaddedBatches _batches = new(scorer._shape.EncodedFeatures, scorer._encoder);
        private float[] _raw = [];

        public void Score(in SequenceView sequence, Span<float> outputs)
        {
            // A tagger has no outputs for an empty row, and a batch has one step at least.
            if (outputs.Length == 0)
                return;
            BatchOfOne.Fill(_single, sequence, scorer._shape.EncodedFeatures, scorer._encoder, scorer._shape.TokenWidth);
            Forward(_single, outputs);
        }

        public void Score(SequenceRows rows, Span<float> outputs)
        {
            int width = scorer._shape.Outputs;
            _batches.Start(rows);
            while (_batches.Next())
            {
                ReadOnlySpan<int> batch = _batches.Rows;
                int numbers = checked(batch.Length * width * (scorer._shape.PerStep ? _batches.Batch.MaxLength : 1));
                if (_raw.Length < numbers)
                    _raw = new float[numbers];
                Span<float> raw = _raw.AsSpan(0, numbers);
                Forward(_batches.Batch, raw);
                for (int b = 0; b < batch.Length; b++)
                    CopyRow(raw, b, scorer._shape.OutputLayout.Slice(outputs, rows, batch[b]));
            }
        }

        // From [B, Outputs], or from the row's first steps of [T, B, Outputs].
        private void CopyRow(ReadOnlySpan<float> raw, int b, Span<float> outputs)
        {
            int width = scorer._shape.Outputs,
                stride = _batches.Batch.Count * width;
            for (int at = b * width; outputs.Length > 0; at += stride)
            {
                raw.Slice(at, width).CopyTo(outputs);
                outputs = outputs[width..];
            }
        }

        public void Dispose()
        {
            // Tensors live for one call only.
        }

        // [B, Outputs] in the label's own units.
        private void Forward(MiniBatch batch, Span<float> outputs)
        {
            scorer.Forward(batch, outputs);
            if (scorer._labels is not FeatureScaling labels)
                return;
            int width = scorer._shape.Outputs;
            for (int i = 0; i < outputs.Length; i++)
                outputs[i] = outputs[i] * labels.Deviation[i % width] + labels.Mean[i % width];
        }
    }
}
