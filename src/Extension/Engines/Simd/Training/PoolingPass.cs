using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Pools the last layer's states to one vector a row, [last | mean | max | attention], each of both directions; with its backward pass.
/// </summary>
internal sealed unsafe class PoolingPass
{
    private readonly (PoolingTraining Part, long Place)[] _parts;
    private readonly LayerRow _row;
    private readonly int _width;

    /// <param name="shape">The network.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="layer">The last layer.</param>
    public PoolingPass(NetworkShape shape, ParameterMap map, LayerPass layer)
    {
        _width = shape.StateWidth;
        PoolsSteps = shape.Poolings.Any(pooling => pooling.ReadsEveryStep);
        _row = new LayerRow(layer, PoolsSteps);
        int tensor = 0;
        _parts =
        [
            .. shape.Poolings.Select(pooling => (pooling.NewTraining(_width), pooling.Weights(_width) is null ? 0 : map.Readout[tensor++])),
        ];
    }

    /// <summary>Whether states of steps before the last have gradients.</summary>
    public bool PoolsSteps { get; }

    /// <summary>Pools a row; one without steps to zeros.</summary>
    public void Forward(float* weights, MicroBatch microBatch, int row, Span<float> pooled)
    {
        pooled.Clear();
        _row.Start(microBatch, row);
        if (_row.Length == 0)
            return;
        for (int i = 0; i < _parts.Length; i++)
            _parts[i].Part.Forward(weights + _parts[i].Place, _row, pooled.Slice(i * _width, _width));
    }

    /// <summary>Adds to the gradients of the states of the row last pooled, and of the weights, given the pooled vector's.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="gradient">The gradient of the pooled vector.</param>
    /// <param name="weightGradient">The gradient of all weights.</param>
    public void Backward(float* weights, ReadOnlySpan<float> gradient, float* weightGradient)
    {
        if (_row.Length == 0)
            return;
        for (int i = 0; i < _parts.Length; i++)
        {
            var (part, place) = _parts[i];
            part.Backward(weights + place, _row, gradient.Slice(i * _width, _width), weightGradient + place);
        }
    }

    /// <summary>A row of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="everyStep">Whether it has gradients of all states, or of each row's last only.</param>
    private sealed class LayerRow(LayerPass layer, bool everyStep) : TrainedRow
    {
        private MicroBatch _microBatch = new();
        private int _row;

        public void Start(MicroBatch microBatch, int row)
        {
            _microBatch = microBatch;
            _row = row;
        }

        public override int Length => _microBatch.Length(_row);

        public override int Directions => layer.Directions;

        public override ReadOnlySpan<float> State(int direction, int steps) => layer.State(direction, steps, _row);

        public override Span<float> Gradient(int direction, int steps) => layer.OutputGradient(direction, everyStep ? steps : 1, _row);

        public override float* Gradients(int direction, out nint stride) => layer.OutputGradients(direction, _row, out stride);

        public override void CopyStates(int step, Span<float> states) => layer.StatesAt(step, _row, states);

        public override void AddGradient(int step, ReadOnlySpan<float> gradient) => layer.AddOutputGradient(step, _row, gradient);
    }
}
