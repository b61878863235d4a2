using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Pools the last layer's states to one vector a row, [last | mean | max | attention], each of both directions; with its backward pass.
/// </summary>
internal abstract unsafe class RowPooling
{
    /// <summary>Whether states of steps before the last have gradients.</summary>
    public abstract bool PoolsSteps { get; }

    /// <summary>Pools a row; one without steps to zeros.</summary>
    public abstract void Forward(float* weights, MicroBatch microBatch, int row, Span<float> pooled);

    /// <summary>Passes the gradient of the vector of the row last pooled on to its states, and adds to that of the weights.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="gradient">The gradient of the pooled vector.</param>
    /// <param name="weightGradient">The gradient of all weights.</param>
    public abstract void Backward(float* weights, ReadOnlySpan<float> gradient, float* weightGradient);

    /// <summary>Offsets of the poolings' weights; of those without, any.</summary>
    protected static long[] PlacesOf(NetworkShape shape, ParameterMap map)
    {
        int tensor = 0;
        return [.. shape.Poolings.Select(pooling => pooling.Weights(shape.StateWidth) is null ? 0 : map.Readout[tensor++])];
    }
}

/// <summary>Pools whole rows.</summary>
internal sealed unsafe class PoolingPass : RowPooling
{
    private readonly (PoolingTraining Part, long Place)[] _parts;
    private readonly LayerStates _states;
    private readonly LayerRow _row;
    private readonly int _width;

    /// <param name="shape">The network.</param>
    /// <param name="map">Where the weights stand.</param>
    /// <param name="states">Those of the last layer.</param>
    public PoolingPass(NetworkShape shape, ParameterMap map, LayerStates states)
    {
        _width = shape.StateWidth;
        _states = states;
        PoolsSteps = shape.Poolings.Any(pooling => pooling.ReadsEveryStep);
        _row = new LayerRow(PoolsSteps || states is KeptStates);
        _parts = [.. shape.Poolings.Zip(PlacesOf(shape, map), (pooling, place) => (pooling.NewTraining(_width), place))];
    }

    public override bool PoolsSteps { get; }

    public override void Forward(float* weights, MicroBatch microBatch, int row, Span<float> pooled)
    {
        pooled.Clear();
        _row.Start(_states, microBatch, row);
        if (_row.Length == 0)
            return;
        for (int i = 0; i < _parts.Length; i++)
            _parts[i].Part.Forward(weights + _parts[i].Place, _row, pooled.Slice(i * _width, _width));
    }

    public override void Backward(float* weights, ReadOnlySpan<float> gradient, float* weightGradient)
    {
        if (_row.Length == 0)
            return;
        for (int i = 0; i < _parts.Length; i++)
        {
            var (part, place) = _parts[i];
            part.Backward(weights + place, _row, gradient.Slice(i * _width, _width), weightGradient + place);
        }
    }
}

/// <summary>A row of a layer, or a segment of its steps.</summary>
/// <param name="everyStep">Whether the layer has gradients of all states, or of each row's last only.</param>
internal sealed unsafe class LayerRow(bool everyStep) : TrainedRow
{
    private LayerStates? _states;
    private MicroBatch _microBatch = new();
    private int _row;

    public void Start(LayerStates states, MicroBatch microBatch, int row) => (_states, _microBatch, _row) = (states, microBatch, row);

    public override int Length => _microBatch.Length(_row);

    public override int Before => _states is LayerPass { FirstDirection: 1 } ? RowLength - _microBatch.First - Length : _microBatch.First;

    public override int RowLength => _microBatch.RowLength(_row);

    public override int Directions => _states!.Directions;

    public override ReadOnlySpan<float> State(int direction, int steps) => _states!.State(direction, steps, _row);

    public override Span<float> Gradient(int direction, int steps) => _states!.OutputGradient(direction, everyStep ? steps : 1, _row);

    public override float* Gradients(int direction, out nint stride) => _states!.OutputGradients(direction, _row, out stride);

    public override void CopyStates(int step, Span<float> states) => _states!.StatesAt(step, _row, states);

    public override void AddGradient(int step, ReadOnlySpan<float> gradient) => _states!.AddOutputGradient(step, _row, gradient);
}
