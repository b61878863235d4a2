using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Attention over a row's steps, s = w · tanh(h), α = softmax(s), p = Σ α h, and its backward pass: with g the gradient of p, ds = α (g · h
/// - g · p), dw = Σ ds tanh(h), dh = α g + ds w (1 - tanh²(h)).
/// </summary>
/// <param name="width">D, width of a step's states, both directions.</param>
/// <param name="place">Offset of w among the weights.</param>
internal sealed unsafe class AttentionPass(int width, long place)
{
    // Operands of dot products start at a cache line: the order of a long sum's additions depends on their alignment.
    private readonly AlignedBuffer _state = new(width),
        _tanh = new(width),
        _gradient = new(width);
    private float[] _alpha = [];

    private Span<float> State => new(_state.Start, width);

    private Span<float> Tanh => new(_tanh.Start, width);

    private Span<float> Gradient => new(_gradient.Start, width);

    /// <summary>Pools a row.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="layer">The last layer.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">The row, of at least one step.</param>
    /// <param name="pooled">[D], zeros.</param>
    public void Forward(float* weights, LayerPass layer, MicroBatch microBatch, int row, Span<float> pooled)
    {
        Span<float> alpha = Alpha(microBatch, row);
        for (int step = 0; step < alpha.Length; step++)
        {
            layer.StatesAt(step, row, State);
            TensorPrimitives.Tanh(State, Tanh);
            alpha[step] = TensorPrimitives.Dot(Tanh, new ReadOnlySpan<float>(weights + place, width));
        }
        SoftMax(alpha);
        for (int step = 0; step < alpha.Length; step++)
        {
            layer.StatesAt(step, row, State);
            TensorPrimitives.MultiplyAdd(State, alpha[step], pooled, pooled);
        }
    }

    /// <summary>Adds to the gradients of a row's states and of the weights.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="layer">The last layer.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">The row, after <see cref="Forward"/>.</param>
    /// <param name="pooledGradient">[D] the gradient of the pooled vector.</param>
    /// <param name="weightGradient">The gradient of all weights.</param>
    public void Backward(
        float* weights,
        LayerPass layer,
        MicroBatch microBatch,
        int row,
        ReadOnlySpan<float> pooledGradient,
        float* weightGradient
    )
    {
        ReadOnlySpan<float> alpha = Alpha(microBatch, row),
            w = new(weights + place, width);
        Span<float> dw = new(weightGradient + place, width);
        // g · p = Σ α (g · h)
        double mean = 0;
        for (int step = 0; step < alpha.Length; step++)
            mean += (double)alpha[step] * GradientDotState(layer, step, row, pooledGradient);
        for (int step = 0; step < alpha.Length; step++)
        {
            float ds = (float)(alpha[step] * (GradientDotState(layer, step, row, pooledGradient) - mean));
            TensorPrimitives.Tanh(State, Tanh);
            TensorPrimitives.MultiplyAdd(Tanh, ds, dw, dw);
            for (int i = 0; i < width; i++)
                Gradient[i] = alpha[step] * pooledGradient[i] + ds * w[i] * (1 - Tanh[i] * Tanh[i]);
            layer.AddAbove(step, row, Gradient);
        }
    }

    private float GradientDotState(LayerPass layer, int step, int row, ReadOnlySpan<float> pooledGradient)
    {
        layer.StatesAt(step, row, State);
        return TensorPrimitives.Dot(State, pooledGradient);
    }

    // The largest score is subtracted first, so that no exponential overflows.
    private static void SoftMax(Span<float> scores)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), scores);
        TensorPrimitives.Exp(scores, scores);
        double sum = 0;
        foreach (float power in scores)
            sum += power;
        TensorPrimitives.Divide(scores, (float)sum, scores);
    }

    // [n, T] the steps' attention weights in each row's pooled vector.
    private Span<float> Alpha(MicroBatch microBatch, int row)
    {
        if (_alpha.Length < microBatch.Count * microBatch.Steps)
            Array.Resize(ref _alpha, microBatch.Count * microBatch.Steps);
        return _alpha.AsSpan(row * microBatch.Steps, microBatch.Length(row));
    }
}
