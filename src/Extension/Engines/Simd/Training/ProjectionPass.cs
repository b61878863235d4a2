using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The rectified linear map of a shard's steps that the first layer reads: one thread's memory.</summary>
internal sealed unsafe class ProjectionPass(LinearTraining projection, LayerPass layer)
{
    private readonly AlignedBuffer _steps = new(), _back = new();
    private readonly int _backStride = Strides.Of(projection.Columns);
    private Shard _shard = new();

    /// <summary>Numbers from one row's step to the next row's.</summary>
    public int StepStride { get; } = Strides.Of(projection.Inputs);

    /// <summary>Begins with other rows.</summary>
    public void Start(Shard shard)
    {
        _shard = shard;
        _steps.Reserve((long)shard.Steps * shard.Count * StepStride);
    }

    /// <summary>Where a row's steps go, from the first on; they lie <see cref="StepStride"/> times the number of rows apart.</summary>
    public Span<float> StepsOf(int row) => new(_steps.Start + (long)row * StepStride, checked((int)((long)_shard.Steps * _shard.Count - row) * StepStride));

    /// <summary>Fills the layer's input.</summary>
    public void Forward(Shard shard)
    {
        for (int t = 0; t < shard.Steps; t++)
            projection.Forward(shard.Live[t], Steps(t), StepStride, layer.Input.Start + (long)t * shard.Count * layer.InputStride, layer.InputStride);
    }

    /// <summary>After the layer's way back: adds to the gradient of the projection's weights.</summary>
    public void Backward(Shard shard, float* gradient)
    {
        layer.MakeInputGradients();
        _back.Reserve((long)shard.Count * _backStride);
        for (int t = 0; t < shard.Steps; t++)
        {
            for (int row = 0; row < shard.Live[t]; row++)
                Rectify(layer.InputOf(t, row), layer.InputGradient(t, row), new Span<float>(_back.Start + (long)row * _backStride, projection.Columns));
            projection.AddGradient(shard.Live[t], Steps(t), StepStride, _back.Start, _backStride, gradient);
        }
    }

    private float* Steps(int t) => _steps.Start + (long)t * _shard.Count * StepStride;

    private static void Rectify(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, Span<float> result)
    {
        for (int i = 0; i < values.Length; i++)
            result[i] = values[i] > 0 ? gradient[i] : 0;
        result[values.Length..].Clear();
    }
}
