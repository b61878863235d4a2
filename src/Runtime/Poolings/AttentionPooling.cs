using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Poolings;

/// <summary>
/// Attention over the steps: s_t = w · tanh(h_t), α = softmax(s), p = Σ α_t h_t. Its <c>attention.weight [1, D]</c>, w, is initially
/// uniform in ±1/√D, as PyTorch's Linear of D inputs.
/// </summary>
internal sealed class AttentionPooling : StepPooling
{
    /// <summary>Name of w.</summary>
    public const string WeightName = "attention.weight";

    public override PoolingWeights Weights(int width) => new(WeightName, [1, width], 1 / Math.Sqrt(width));

    // Σ e^(s - m) h [D], Σ e^(s - m), m.
    public override int DoublesOf(int width) => width + 2;

    public override double[] Pool(double[][] states, double[] last, float[] weights)
    {
        double[] scores = [.. states.Select(state => state.Select((h, unit) => weights[unit] * Math.Tanh(h)).Sum())];
        double largest = scores.DefaultIfEmpty().Max();
        double[] powers = [.. scores.Select(score => Math.Exp(score - largest))];
        double total = powers.Sum();
        var pooled = new double[last.Length];
        for (int t = 0; t < states.Length; t++)
        for (int unit = 0; unit < pooled.Length; unit++)
            pooled[unit] += powers[t] / total * states[t][unit];
        return pooled;
    }

    public override PoolingScorer NewScorer(int width, float[] weights) => new Scorer(this, width, weights);

    public override PoolingTraining NewTraining(int width) => new Training(width);

    // A score is of both directions.
    public override SegmentPooling? NewSegmentTraining(int directions, int width) => directions == 1 ? new Segments(width) : null;

    public override string AddNodes(IStateNodes states)
    {
        string weights = states.Weights(states.Width, 1);
        string scores = states.Add("MatMul", states.Add("Tanh", states.Steps), weights);
        return states.WeightedSum(states.Softmax(scores));
    }

    /// <summary>
    /// One step after the other: Σ e^(s - m) h and Σ e^(s - m) with m the largest s so far, made smaller when a larger one comes (Milakov
    /// and Gimelshein, "Online normalizer calculation for softmax", 2018). A series has the same result as its steps in one row,
    /// to the bit.
    /// </summary>
    private sealed unsafe class Scorer : PoolingScorer
    {
        private readonly int _width;

        // Aligned to a cache line: the order of a long sum's additions depends on the alignment of its values.
        private readonly AlignedBuffer _weights,
            _tanh;
        private readonly double[] _state;

        public Scorer(AttentionPooling pooling, int width, float[] weights)
            : base(pooling, width)
        {
            _width = width;
            _weights = new AlignedBuffer(width);
            weights.CopyTo(new Span<float>(_weights.Start, width));
            _tanh = new AlignedBuffer(width);
            _state = new double[width];
        }

        public override void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
        {
            Span<double> sum = doubles[.._width];
            ref double total = ref doubles[_width],
                largest = ref doubles[_width + 1];
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

        public override void SoFar(
            ReadOnlySpan<float> last,
            long steps,
            ReadOnlySpan<float> floats,
            ReadOnlySpan<double> doubles,
            Span<float> pooled
        )
        {
            double total = doubles[_width];
            for (int i = 0; i < _width; i++)
                pooled[i] = total == 0 ? 0 : (float)(doubles[i] / total);
        }

        private float Score(ReadOnlySpan<float> state)
        {
            Span<float> tanh = new(_tanh.Start, _width);
            TensorPrimitives.Tanh(state, tanh);
            return TensorPrimitives.Dot(tanh, new ReadOnlySpan<float>(_weights.Start, _width));
        }
    }

    /// <summary>
    /// Backward: with dp the gradient of p, ds_t = α_t (dp · h_t - dp · p), dw = Σ ds_t tanh(h_t), dh_t = α_t dp + ds_t w (1 - tanh²(h_t)).
    /// </summary>
    private sealed unsafe class Training(int width) : PoolingTraining
    {
        // Factors of sums begin at a cache line: the order of a long sum's additions depends on the alignment of its values.
        private readonly AlignedBuffer _state = new(width),
            _tanh = new(width),
            _gradient = new(width);
        private float[] _alpha = [];

        private Span<float> State => new(_state.Start, width);

        private Span<float> Tanh => new(_tanh.Start, width);

        private Span<float> Gradient => new(_gradient.Start, width);

        public override void Forward(float* weights, TrainedRow row, Span<float> pooled)
        {
            if (_alpha.Length < row.Length)
                _alpha = new float[row.Length];
            Span<float> alpha = _alpha.AsSpan(0, row.Length);
            for (int step = 0; step < alpha.Length; step++)
            {
                row.CopyStates(step, State);
                TensorPrimitives.Tanh(State, Tanh);
                alpha[step] = TensorPrimitives.Dot(Tanh, new ReadOnlySpan<float>(weights, width));
            }
            SoftMax(alpha);
            for (int step = 0; step < alpha.Length; step++)
            {
                row.CopyStates(step, State);
                TensorPrimitives.MultiplyAdd(State, alpha[step], pooled, pooled);
            }
        }

        public override void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            ReadOnlySpan<float> alpha = _alpha.AsSpan(0, row.Length),
                w = new(weights, width);
            Span<float> dw = new(weightGradient, width);
            // dp · p = Σ α (dp · h)
            double mean = 0;
            for (int step = 0; step < alpha.Length; step++)
                mean += (double)alpha[step] * GradientDotState(row, step, gradient);
            for (int step = 0; step < alpha.Length; step++)
            {
                float ds = (float)(alpha[step] * (GradientDotState(row, step, gradient) - mean));
                TensorPrimitives.Tanh(State, Tanh);
                TensorPrimitives.MultiplyAdd(Tanh, ds, dw, dw);
                for (int i = 0; i < width; i++)
                    Gradient[i] = alpha[step] * gradient[i] + ds * w[i] * (1 - Tanh[i] * Tanh[i]);
                row.AddGradient(step, Gradient);
            }
        }

        private float GradientDotState(TrainedRow row, int step, ReadOnlySpan<float> gradient)
        {
            row.CopyStates(step, State);
            return TensorPrimitives.Dot(State, gradient);
        }

        // The largest first taken away, so that no power overflows.
        private static void SoftMax(Span<float> scores)
        {
            TensorPrimitives.Subtract(scores, TensorPrimitives.Max(scores), scores);
            TensorPrimitives.Exp(scores, scores);
            double sum = 0;
            foreach (float power in scores)
                sum += power;
            TensorPrimitives.Divide(scores, (float)sum, scores);
        }
    }

    /// <summary>
    /// Forward as a series' steps are scored. Nothing is kept of a step: its score is computed again, α_t = e^(s_t - m) / Σ e^(s - m).
    /// </summary>
    private sealed unsafe class Segments(int width) : SegmentPooling
    {
        private readonly AlignedBuffer _state = new(width),
            _tanh = new(width),
            _gradient = new(width);
        private readonly double[] _wide = new double[width],
            _sum = new double[width];
        private double _total,
            _largest;

        private Span<float> State => new(_state.Start, width);

        private Span<float> Tanh => new(_tanh.Start, width);

        private Span<float> Gradient => new(_gradient.Start, width);

        public override void Add(float* weights, TrainedRow segment)
        {
            if (segment.Before == 0)
            {
                Array.Clear(_sum);
                (_total, _largest) = (0, double.NegativeInfinity);
            }
            for (int step = 0; step < segment.Length; step++)
            {
                double score = Score(weights, segment, step);
                if (score > _largest)
                {
                    double shrink = Math.Exp(_largest - score);
                    TensorPrimitives.Multiply(_sum, shrink, _sum);
                    (_total, _largest) = (_total * shrink, score);
                }
                double weight = Math.Exp(score - _largest);
                TensorPrimitives.ConvertTruncating(State, _wide.AsSpan());
                TensorPrimitives.MultiplyAdd(_wide, weight, _sum, _sum);
                _total += weight;
            }
        }

        public override void Pool(int length, Span<float> pooled)
        {
            for (int i = 0; i < width; i++)
                pooled[i] = (float)(_sum[i] / _total);
        }

        public override void Backward(float* weights, TrainedRow segment, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            ReadOnlySpan<float> w = new(weights, width);
            Span<float> dw = new(weightGradient, width);
            // dp · p
            double mean = 0;
            for (int i = 0; i < width; i++)
                mean += gradient[i] * (_sum[i] / _total);
            for (int step = 0; step < segment.Length; step++)
            {
                float alpha = (float)(Math.Exp(Score(weights, segment, step) - _largest) / _total),
                    ds = (float)(alpha * (TensorPrimitives.Dot(State, gradient) - mean));
                TensorPrimitives.MultiplyAdd(Tanh, ds, dw, dw);
                for (int i = 0; i < width; i++)
                    Gradient[i] = alpha * gradient[i] + ds * w[i] * (1 - Tanh[i] * Tanh[i]);
                segment.AddGradient(step, Gradient);
            }
        }

        // Leaves the step's h and tanh(h) behind.
        private double Score(float* weights, TrainedRow segment, int step)
        {
            segment.CopyStates(step, State);
            TensorPrimitives.Tanh(State, Tanh);
            return TensorPrimitives.Dot(Tanh, new ReadOnlySpan<float>(weights, width));
        }
    }
}
