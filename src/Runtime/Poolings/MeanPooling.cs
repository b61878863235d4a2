using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Poolings;

/// <summary>The mean over the steps: p = Σ h_t / T; backward, dh_t = dp / T.</summary>
internal sealed class MeanPooling : StepPooling
{
    // In double precision, because a series may be long.
    public override int DoublesOf(int width) => width;

    public override double[] Pool(double[][] states, double[] last, float[] weights) =>
        [.. last.Select((_, unit) => states.Length == 0 ? 0 : states.Average(state => state[unit]))];

    public override PoolingScorer NewScorer(int width, float[] weights) => new Scorer(this, width);

    public override PoolingTraining NewTraining(int width) => new Training();

    public override SegmentPooling NewSegmentTraining(int directions, int width) => new Segments(width);

    public override string AddNodes(IStateNodes states) =>
        states.IsRagged ? states.Add("Div", states.WeightedSum(states.Valid), states.Lengths) : states.Reduce("ReduceMean", states.Steps);

    private sealed class Scorer(MeanPooling pooling, int width) : PoolingScorer(pooling, width)
    {
        public override void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
        {
            for (int i = 0; i < doubles.Length; i++)
                doubles[i] += state[i];
        }

        public override void SoFar(
            ReadOnlySpan<float> last,
            long steps,
            ReadOnlySpan<float> floats,
            ReadOnlySpan<double> doubles,
            Span<float> pooled
        )
        {
            for (int i = 0; i < doubles.Length; i++)
                pooled[i] = (float)(doubles[i] / Math.Max(1, steps));
        }

        public override void Row(ReadOnlySpan<float> states, ReadOnlySpan<float> last, Span<float> pooled)
        {
            pooled.Clear();
            for (int start = 0; start < states.Length; start += pooled.Length)
                TensorPrimitives.Add(pooled, states.Slice(start, pooled.Length), pooled);
            if (states.Length > 0)
                TensorPrimitives.Divide(pooled, states.Length / pooled.Length, pooled);
        }

        public override RowsPooling NewRows() => new Rows();
    }

    private sealed unsafe class Rows : RowsPooling
    {
        private readonly AlignedBuffer _sum = new();

        public override void Reserve(int size) => _sum.Reserve(size);

        public override void Begin(int size) => _sum.Clear(size);

        public override void Add(ReadOnlySpan<float> states, bool isFirst)
        {
            Span<float> sum = new(_sum.Start, states.Length);
            TensorPrimitives.Add(sum, states, sum);
        }

        public override void Write(int start, int length, ReadOnlySpan<float> last, Span<float> pooled) =>
            TensorPrimitives.Divide(new ReadOnlySpan<float>(_sum.Start + start, pooled.Length), Math.Max(1, length), pooled);
    }

    private sealed unsafe class Training : PoolingTraining
    {
        public override void Forward(float* weights, TrainedRow row, Span<float> pooled)
        {
            int units = pooled.Length / row.Directions;
            for (int d = 0; d < row.Directions; d++)
            {
                Span<float> mean = pooled.Slice(d * units, units);
                for (int step = 1; step <= row.Length; step++)
                    TensorPrimitives.Add(mean, row.State(d, step), mean);
                TensorPrimitives.Divide(mean, row.Length, mean);
            }
        }

        public override void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            int units = gradient.Length / row.Directions;
            for (int d = 0; d < row.Directions; d++)
            for (int step = 1; step <= row.Length; step++)
            {
                Span<float> dh = row.Gradient(d, step);
                TensorPrimitives.MultiplyAdd(gradient.Slice(d * units, units), 1f / row.Length, dh, dh);
            }
        }
    }

    private sealed unsafe class Segments(int width) : SegmentPooling
    {
        private readonly float[] _sum = new float[width];

        public override void Add(float* weights, TrainedRow segment)
        {
            if (segment.Before == 0)
                Array.Clear(_sum);
            for (int step = 1; step <= segment.Length; step++)
                TensorPrimitives.Add(_sum, segment.State(0, step), _sum);
        }

        public override void Pool(int length, Span<float> pooled) => TensorPrimitives.Divide(_sum, length, pooled);

        public override void Backward(float* weights, TrainedRow segment, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            for (int step = 1; step <= segment.Length; step++)
            {
                Span<float> dh = segment.Gradient(0, step);
                TensorPrimitives.MultiplyAdd(gradient, 1f / segment.RowLength, dh, dh);
            }
        }
    }
}
