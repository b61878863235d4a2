using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// An engine that really learns, as small as can be: softmax of a linear map of the mean step, by plain gradient descent.
/// </summary>
internal sealed class MeanSoftmaxEngine(int features, int classes) : ITrainingEngine
{
    // [classes, features + 1], the bias last.
    private readonly float[] _weights = new float[classes * (features + 1)];
    private readonly double[] _gradient = new double[classes * (features + 1)];
    private double _weight;

    public string Description => "Mean, linear, softmax";

    public BatchLoss AddGradient(MiniBatch batch)
    {
        var outputs = new float[batch.Count * classes];
        Score(batch, outputs);
        double loss = 0;
        for (int b = 0; b < batch.Count; b++)
        {
            Span<float> logits = outputs.AsSpan(b * classes, classes);
            loss += batch.Weights[b] * LossRegistry.Of(LossKind.CrossEntropy).Of(logits, batch.Labels.AsSpan(b, 1));
            OutputUnits.Softmax(logits, logits);
            logits[(int)batch.Labels[b]] -= 1;
            float[] input = Input(batch, b);
            for (int i = 0; i < _gradient.Length; i++)
                _gradient[i] += batch.Weights[b] * logits[i / (features + 1)] * input[i % (features + 1)];
        }
        _weight += batch.TotalWeight;
        return (float)(loss / batch.TotalWeight);
    }

    public void Update(float learningRate)
    {
        for (int i = 0; i < _gradient.Length; i++)
            _weights[i] -= (float)(learningRate * _gradient[i] / _weight);
        Array.Clear(_gradient);
        _weight = 0;
    }

    public void Score(MiniBatch batch, Span<float> outputs)
    {
        for (int b = 0; b < batch.Count; b++)
        {
            float[] input = Input(batch, b);
            for (int o = 0; o < classes; o++)
            {
                float sum = 0;
                for (int i = 0; i <= features; i++)
                    sum += _weights[o * (features + 1) + i] * input[i];
                outputs[b * classes + o] = sum;
            }
        }
    }

    private float[] Input(MiniBatch batch, int b)
    {
        var mean = new float[features + 1];
        for (int t = 0; t < batch.Lengths[b]; t++)
        for (int f = 0; f < features; f++)
            mean[f] += batch.Steps[(t * batch.Count + b) * features + f] / batch.Lengths[b];
        mean[features] = 1;
        return mean;
    }

    public NetworkWeights GetWeights() => new([new NamedTensor("linear", [classes, features + 1], [.. _weights])]);

    public void SetWeights(NetworkWeights weights) => weights["linear"].CopyTo(_weights, 0);

    public OptimizerState GetOptimizerState() => throw new NotSupportedException();

    public void SetOptimizerState(OptimizerState state) => throw new NotSupportedException();

    public RandomState GetRandomState() => throw new NotSupportedException();

    public bool TrySetRandomState(RandomState state) => throw new NotSupportedException();

    public void Dispose() { }
}
