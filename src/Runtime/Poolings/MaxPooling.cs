using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Poolings;

/// <summary>The maximum over the steps, unit by unit; backward, the gradient goes to the first step that has it.</summary>
internal sealed class MaxPooling : StepPooling
{
    public override int FloatsOf(int width) => width;

    public override double[] Pool(double[][] states, double[] last, float[] weights) =>
        [
            .. last.Select(
                (_, unit) => states.Select(state => state[unit]).Aggregate(states.Length == 0 ? 0 : double.NegativeInfinity, Math.Max)
            ),
        ];

    public override PoolingScorer NewScorer(int width, float[] weights) => new Scorer(this, width);

    public override PoolingTraining NewTraining(int width) => new Training(width);

    public override SegmentPooling NewSegmentTraining(int directions, int width) => new Segments(width);

    public override string AddNodes(IStateNodes states) => states.Reduce("ReduceMax", states.PaddedSteps(float.MinValue));

    private sealed class Scorer(MaxPooling pooling, int width) : PoolingScorer(pooling, width)
    {
        public override void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
        {
            if (before == 0)
                state.CopyTo(floats);
            else
                TensorPrimitives.Max(floats, state, floats);
        }

        public override void SoFar(
            ReadOnlySpan<float> last,
            long steps,
            ReadOnlySpan<float> floats,
            ReadOnlySpan<double> doubles,
            Span<float> pooled
        ) => floats.CopyTo(pooled);

        public override RowsPooling NewRows() => new Rows();
    }

    private sealed unsafe class Rows : RowsPooling
    {
        private readonly AlignedBuffer _max = new();

        public override void Reserve(int size) => _max.Reserve(size);

        public override void Add(ReadOnlySpan<float> states, bool isFirst)
        {
            Span<float> max = new(_max.Start, states.Length);
            if (isFirst)
                states.CopyTo(max);
            else
                TensorPrimitives.Max(max, states, max);
        }

        public override void Write(int start, int length, ReadOnlySpan<float> last, Span<float> pooled) =>
            (length == 0 ? last : new ReadOnlySpan<float>(_max.Start + start, pooled.Length)).CopyTo(pooled);
    }

    private sealed unsafe class Training(int width) : PoolingTraining
    {
        // [D] after how many steps the state was largest.
        private readonly int[] _largest = new int[width];

        public override void Forward(float* weights, TrainedRow row, Span<float> pooled)
        {
            int units = width / row.Directions;
            for (int d = 0; d < row.Directions; d++)
                Max(row, d, pooled.Slice(d * units, units), _largest.AsSpan(d * units, units));
        }

        public override void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            int units = width / row.Directions;
            for (int d = 0; d < row.Directions; d++)
            {
                float* dh = row.Gradients(d, out nint stride);
                for (int unit = 0; unit < units; unit++)
                    dh[(_largest[d * units + unit] - 1) * stride + unit] += gradient[d * units + unit];
            }
        }

        private static void Max(TrainedRow row, int direction, Span<float> max, Span<int> largest)
        {
            row.State(direction, 1).CopyTo(max);
            largest.Fill(1);
            for (int step = 2; step <= row.Length; step++)
            {
                ReadOnlySpan<float> state = row.State(direction, step);
                for (int unit = 0; unit < max.Length; unit++)
                    if (state[unit] > max[unit])
                        (max[unit], largest[unit]) = (state[unit], step);
            }
        }
    }

    private sealed unsafe class Segments(int width) : SegmentPooling
    {
        private readonly float[] _max = new float[width];

        // After how many of the row's steps the state was largest.
        private readonly int[] _largest = new int[width];

        public override void Add(float* weights, TrainedRow segment)
        {
            if (segment.Before == 0)
            {
                segment.State(0, 1).CopyTo(_max);
                Array.Fill(_largest, 1);
            }
            for (int step = 1; step <= segment.Length; step++)
            {
                ReadOnlySpan<float> state = segment.State(0, step);
                for (int unit = 0; unit < width; unit++)
                    if (state[unit] > _max[unit])
                        (_max[unit], _largest[unit]) = (state[unit], segment.Before + step);
            }
        }

        public override void Pool(int length, Span<float> pooled) => _max.CopyTo(pooled);

        public override void Backward(float* weights, TrainedRow segment, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            float* dh = segment.Gradients(0, out nint stride);
            for (int unit = 0; unit < width; unit++)
                if (_largest[unit] - segment.Before is var step && step >= 1 && step <= segment.Length)
                    dh[(step - 1) * stride + unit] += gradient[unit];
        }
    }
}
