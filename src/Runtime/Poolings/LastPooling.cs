namespace RnnMlNet.Runtime.Poolings;

/// <summary>The state after the last step: p = h_T, of each direction after its own last step.</summary>
internal sealed class LastPooling : StepPooling
{
    public override bool ReadsEveryStep => false;

    public override double[] Pool(double[][] states, double[] last, float[] weights) => last;

    public override PoolingScorer NewScorer(int width, float[] weights) => new Scorer(this, width);

    public override PoolingTraining NewTraining(int width) => new Training();

    public override SegmentPooling NewSegmentTraining(int directions, int width) => new Segments(width);

    public override string AddNodes(IStateNodes states) => states.Final;

    private sealed class Scorer(LastPooling pooling, int width) : PoolingScorer(pooling, width)
    {
        public override void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
        {
            // The state itself is what is kept of the series.
        }

        public override void SoFar(
            ReadOnlySpan<float> last,
            long steps,
            ReadOnlySpan<float> floats,
            ReadOnlySpan<double> doubles,
            Span<float> pooled
        ) => last.CopyTo(pooled);

        public override void Row(ReadOnlySpan<float> states, ReadOnlySpan<float> last, Span<float> pooled) => last.CopyTo(pooled);

        public override RowsPooling NewRows() => new Rows();
    }

    private sealed class Rows : RowsPooling
    {
        public override void Write(int start, int length, ReadOnlySpan<float> last, Span<float> pooled) => last.CopyTo(pooled);
    }

    private sealed unsafe class Training : PoolingTraining
    {
        public override void Forward(float* weights, TrainedRow row, Span<float> pooled)
        {
            int units = pooled.Length / row.Directions;
            for (int d = 0; d < row.Directions; d++)
                row.State(d, row.Length).CopyTo(pooled[(d * units)..]);
        }

        public override void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            int units = gradient.Length / row.Directions;
            for (int d = 0; d < row.Directions; d++)
            {
                Span<float> dh = row.Gradient(d, row.Length);
                System.Numerics.Tensors.TensorPrimitives.Add(dh, gradient.Slice(d * units, units), dh);
            }
        }
    }

    private sealed unsafe class Segments(int width) : SegmentPooling
    {
        private readonly float[] _last = new float[width];

        public override void Add(float* weights, TrainedRow segment)
        {
            if (IsLast(segment))
                segment.State(0, segment.Length).CopyTo(_last);
        }

        public override void Pool(int length, Span<float> pooled) => _last.CopyTo(pooled);

        public override void Backward(float* weights, TrainedRow segment, ReadOnlySpan<float> gradient, float* weightGradient)
        {
            if (!IsLast(segment))
                return;
            Span<float> dh = segment.Gradient(0, segment.Length);
            System.Numerics.Tensors.TensorPrimitives.Add(dh, gradient, dh);
        }

        private static bool IsLast(TrainedRow segment) => segment.Before + segment.Length == segment.RowLength;
    }
}
