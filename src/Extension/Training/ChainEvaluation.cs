using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// The mean loss and the accuracy of rows whose tags are scored together, as a conditional random field: the labels' log probability, and
/// the most probable sequence of tags, each over the steps with a label.
/// </summary>
internal sealed class ChainEvaluation
{
    private readonly LinearChain _chain;
    private readonly int _tags;
    private float[] _outputs = [];
    private int[] _labels = [],
        _best = [];
    private double _loss,
        _right,
        _weights;

    /// <param name="weights">The network's.</param>
    /// <param name="tags">K.</param>
    public ChainEvaluation(NetworkWeights weights, int tags)
    {
        _tags = tags;
        _chain = new LinearChain(tags);
        _chain.Load(weights);
    }

    /// <summary>The mean loss, and the share of steps that are right.</summary>
    public (double Loss, double Metric) Result => (_loss / _weights, _right / _weights);

    /// <summary>Adds a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="outputs">[T, B, K] their raw outputs.</param>
    public void Add(MiniBatch batch, ReadOnlySpan<float> outputs)
    {
        for (int row = 0; row < batch.Count; row++)
            Add(batch, row, outputs);
    }

    private void Add(MiniBatch batch, int row, ReadOnlySpan<float> outputs)
    {
        int steps = batch.Lengths[row];
        if (_labels.Length < steps)
            (_outputs, _labels, _best) = (new float[steps * _tags], new int[steps], new int[steps]);
        double weight = 0;
        for (int t = 0; t < steps; t++)
        {
            int item = t * batch.Count + row;
            outputs.Slice(item * _tags, _tags).CopyTo(_outputs.AsSpan(t * _tags));
            _labels[t] = batch.Weights[item] > 0 ? (int)batch.Labels[item] : -1;
            weight = Math.Max(weight, batch.Weights[item]);
        }
        if (weight > 0)
            Add(_outputs.AsSpan(0, steps * _tags), _labels.AsSpan(0, steps), _best.AsSpan(0, steps), weight);
    }

    private void Add(ReadOnlySpan<float> outputs, ReadOnlySpan<int> labels, Span<int> best, double weight)
    {
        _chain.MostProbable(outputs, best);
        // Without a most probable sequence an output is not finite: neither is the loss.
        _loss += weight * (best[0] < 0 ? double.NaN : _chain.Loss(outputs, labels, gradient: [], factor: 0, default));
        for (int t = 0; t < labels.Length; t++)
        {
            _weights += labels[t] < 0 ? 0 : weight;
            _right += labels[t] >= 0 && labels[t] == best[t] ? weight : 0;
        }
    }
}
