using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Pools the last layer's states of all rows of a micro-batch, whose segments come one after the other, each direction apart.
/// </summary>
internal sealed unsafe class SegmentPoolings : RowPooling, ISegmentReader
{
    private readonly NetworkShape _shape;
    private readonly long[] _places;
    private readonly LayerRow[] _segments;

    // [row][direction * poolings + pooling].
    private readonly List<SegmentPooling[]> _rows = [];
    private float[] _gradients = [];
    private int _last;
    private float* _weights,
        _weightGradient;

    private SegmentPoolings(NetworkShape shape, ParameterMap map)
    {
        _shape = shape;
        _places = PlacesOf(shape, map);
        PoolsSteps = shape.HasBlocks || shape.Poolings.Any(pooling => pooling.ReadsEveryStep);
        _segments = [.. Enumerable.Range(0, shape.Directions).Select(_ => new LayerRow(PoolsSteps))];
    }

    /// <summary>
    /// The poolings of a network; null where one of them needs states of whole rows, where what is pooled is a function of both
    /// directions' states, or for a network without.
    /// </summary>
    public static SegmentPoolings? TryCreate(NetworkShape shape, ParameterMap map) =>
        !(shape.HasBlocks && shape.Bidirectional)
        && NetworkDefinition.Of(shape).Readout is PooledStates
        && NewRow(shape).All(part => part is not null)
            ? new SegmentPoolings(shape, map)
            : null;

    public override bool PoolsSteps { get; }

    public bool UsesSteps => PoolsSteps;

    private int Poolings => _places.Length;

    /// <summary>Starts over with other rows.</summary>
    public void Start(MicroBatch microBatch, float* weights)
    {
        _weights = weights;
        while (_rows.Count < microBatch.Count)
            _rows.Add(NewRow(_shape)!);
        if (_gradients.Length < microBatch.Count * _shape.PooledSize)
            _gradients = new float[microBatch.Count * _shape.PooledSize];
    }

    public void Read(int direction, MicroBatch segment, LayerStates layer)
    {
        for (int row = 0; row < segment.ActiveRows[0]; row++)
        {
            _segments[direction].Start(layer, segment, row);
            for (int i = 0; i < Poolings; i++)
                Part(row, direction, i).Add(_weights + _places[i], _segments[direction]);
        }
    }

    public override void Forward(float* weights, MicroBatch microBatch, int row, Span<float> pooled)
    {
        pooled.Clear();
        _last = row;
        if (microBatch.Length(row) == 0)
            return;
        for (int d = 0; d < _shape.Directions; d++)
        for (int i = 0; i < Poolings; i++)
            Part(row, d, i).Pool(microBatch.Length(row), Slice(pooled, d, i));
    }

    /// <summary>Keeps the gradient of the row last pooled for <see cref="AddGradients"/>.</summary>
    public override void Backward(float* weights, ReadOnlySpan<float> gradient, float* weightGradient)
    {
        gradient.CopyTo(GradientOf(_last));
        _weightGradient = weightGradient;
    }

    public void AddGradients(int direction, MicroBatch segment, LayerStates layer)
    {
        for (int row = 0; row < segment.ActiveRows[0]; row++)
        {
            _segments[direction].Start(layer, segment, row);
            for (int i = 0; i < Poolings; i++)
                Part(row, direction, i)
                    .Backward(
                        _weights + _places[i],
                        _segments[direction],
                        Slice(GradientOf(row), direction, i),
                        _weightGradient + _places[i]
                    );
        }
    }

    private static SegmentPooling?[] NewRow(NetworkShape shape) =>
        [
            .. Enumerable
                .Range(0, shape.Directions)
                .SelectMany(_ => shape.Poolings.Select(pooling => pooling.NewSegmentTraining(shape.Directions, shape.HiddenSize))),
        ];

    private SegmentPooling Part(int row, int direction, int pooling) => _rows[row][direction * Poolings + pooling];

    private Span<float> GradientOf(int row) => _gradients.AsSpan(row * _shape.PooledSize, _shape.PooledSize);

    // A direction's part of a pooling's vector.
    private Span<float> Slice(Span<float> pooled, int direction, int pooling) =>
        pooled.Slice(pooling * _shape.StateWidth + direction * _shape.HiddenSize, _shape.HiddenSize);
}
