using System.Numerics.Tensors;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// The head over the pooled states of a row, [last | mean | max | attention], each [H x directions], and behind them the row's static
/// features. Of an empty row, zeros.
/// </summary>
internal sealed unsafe class PooledReadout : Readout
{
    private readonly AlignedBuffer _sum = new(),
        _max = new(),
        _pooled = new();
    private readonly AttentionPooling? _attention;
    private readonly bool _poolsMean,
        _poolsMax;
    private readonly int _padded,
        _width;

    public PooledReadout(PackedNetwork network)
        : base(network)
    {
        _attention = network.Attention is float[] attention ? new AttentionPooling(attention) : null;
        _poolsMean = (Shape.Pooling & Pooling.Mean) != 0;
        _poolsMax = (Shape.Pooling & Pooling.Max) != 0;
        _padded = network.Layers[0][0].Width;
        _width = Shape.HeadInputSize;
    }

    public override bool ReadsEveryState => _attention is not null;

    public override void Reserve(int rows)
    {
        _pooled.Reserve((long)rows * _width);
        _sum.Reserve((long)rows * _padded);
        _max.Reserve((long)rows * _padded);
    }

    public override void Begin(int rows) => _sum.Clear(rows * _padded);

    public override void Add(int active, int step, float* states)
    {
        int size = active * _padded;
        var now = new ReadOnlySpan<float>(states, size);
        Span<float> sum = new(_sum.Start, size),
            max = new(_max.Start, size);
        if (_poolsMean)
            TensorPrimitives.Add(sum, now, sum);
        if (!_poolsMax)
            return;
        if (step == 0)
            now.CopyTo(max);
        else
            TensorPrimitives.Max(max, now, max);
    }

    public override void End(int direction, in RowStates states)
    {
        for (int row = 0; row < states.Rows; row++)
        {
            float* target = _pooled.Start + (long)row * _width + direction * Shape.HiddenSize;
            if ((Shape.Pooling & Pooling.Last) != 0)
                Put(states.Last, row, 1, ref target);
            if (_poolsMean)
                Put(_sum.Start, row, Math.Max(1, states.Lengths[row]), ref target);
            if (_poolsMax)
                Put(states.Lengths[row] == 0 ? states.Last : _max.Start, row, 1, ref target);
        }
    }

    public override void Write(in RowStates states, in RowGroup group)
    {
        for (int row = 0; row < states.Rows; row++)
        {
            float* pooled = _pooled.Start + (long)row * _width;
            _attention?.Row(
                new ReadOnlySpan<float>(states.All + (long)row * states.Steps * Shape.StateWidth, states.Lengths[row] * Shape.StateWidth),
                new Span<float>(pooled + Shape.PooledSize - Shape.StateWidth, Shape.StateWidth)
            );
            if (Shape.StaticFeatures > 0)
                group.Static(Shape, row).CopyTo(new Span<float>(pooled + Shape.PooledSize, Shape.StaticFeatures));
        }
        float* scores = Head.Run(states.Rows, _pooled.Start, _width, out int stride);
        for (int row = 0; row < states.Rows; row++)
        {
            Span<float> outputs = group.Outputs(Shape, row);
            new ReadOnlySpan<float>(scores + (long)row * stride, outputs.Length).CopyTo(outputs);
            Network.ToLabelUnits(outputs);
        }
    }

    private void Put(float* source, int row, float divisor, ref float* target)
    {
        TensorPrimitives.Divide(
            new ReadOnlySpan<float>(source + row * _padded, Shape.HiddenSize),
            divisor,
            new Span<float>(target, Shape.HiddenSize)
        );
        target += Shape.StateWidth;
    }
}
