using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Attention over the steps of a row or of a series, one step after the other: Σ e^(s - m) h and Σ e^(s - m) with s = w · tanh(h) and m the
/// largest s so far; a larger one rescales both sums (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018). So a
/// series and its steps in one row give bit-identical results. For one thread.
/// </summary>
internal sealed unsafe class AttentionPooling
{
    private readonly int _width;

    // At the start of a cache line: the order of a long sum's additions depends on the alignment.
    private readonly AlignedBuffer _weights,
        _tanh;
    private readonly double[] _state,
        _sums;

    /// <param name="weights">[D] w.</param>
    public AttentionPooling(float[] weights)
    {
        _width = weights.Length;
        _weights = new AlignedBuffer(_width);
        weights.CopyTo(new Span<float>(_weights.Start, _width));
        _tanh = new AlignedBuffer(_width);
        _state = new double[_width];
        _sums = new double[SumsOf(_width)];
    }

    /// <summary>Elements kept of a series: Σ e^(s - m) h [D], Σ e^(s - m), m.</summary>
    public static int SumsOf(int width) => width + 2;

    /// <summary>Pools a row's states, [T, D], to [D]; zeros without steps.</summary>
    public void Row(ReadOnlySpan<float> states, Span<float> pooled)
    {
        Array.Clear(_sums);
        for (int at = 0; at < states.Length; at += _width)
            Add(states.Slice(at, _width), at, _sums);
        SoFar(_sums, pooled);
    }

    /// <summary>Adds a step.</summary>
    /// <param name="state">[D] its states.</param>
    /// <param name="before">Steps before it, or any number that is 0 at the first.</param>
    /// <param name="sums">[<see cref="SumsOf"/>], zeros before the first step.</param>
    public void Add(ReadOnlySpan<float> state, long before, Span<double> sums)
    {
        Span<double> sum = sums[.._width];
        ref double total = ref sums[_width],
            largest = ref sums[_width + 1];
        double score = Score(state);
        if (before == 0)
            largest = score;
        if (score > largest)
        {
            double shrink = Math.Exp(largest - score);
            TensorPrimitives.Multiply(sum, shrink, sum);
            total *= shrink;
            largest = score;
        }
        double weight = Math.Exp(score - largest);
        TensorPrimitives.ConvertTruncating(state, _state.AsSpan());
        TensorPrimitives.MultiplyAdd(_state, weight, sum, sum);
        total += weight;
    }

    /// <summary>Pools the steps added so far; zeros without any.</summary>
    public static void SoFar(ReadOnlySpan<double> sums, Span<float> pooled)
    {
        double total = sums[pooled.Length];
        for (int i = 0; i < pooled.Length; i++)
            pooled[i] = total == 0 ? 0 : (float)(sums[i] / total);
    }

    private float Score(ReadOnlySpan<float> state)
    {
        Span<float> tanh = new(_tanh.Start, _width);
        TensorPrimitives.Tanh(state, tanh);
        return TensorPrimitives.Dot(tanh, new ReadOnlySpan<float>(_weights.Start, _width));
    }
}
