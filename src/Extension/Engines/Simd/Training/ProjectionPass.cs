using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The rectified linear map from a micro-batch's steps to the first layer's input: one thread's memory.</summary>
internal sealed unsafe class ProjectionPass(LinearTraining projection)
{
    private readonly AlignedBuffer _steps = new(),
        _back = new(),
        _input = new();
    private readonly int _backStride = Strides.Of(projection.Columns);
    private MicroBatch _microBatch = new();

    /// <summary>Elements from one row's step to the next row's.</summary>
    public int StepStride { get; } = Strides.Of(projection.Inputs);

    /// <summary>Starts over with other rows.</summary>
    public void Start(MicroBatch microBatch)
    {
        _microBatch = microBatch;
        _steps.Reserve((long)microBatch.Steps * microBatch.Count * StepStride);
    }

    /// <summary>Destination of a row's steps, from the first on; they are <see cref="StepStride"/> times the number of rows
    /// apart.</summary>
    public Span<float> StepsOf(int row) =>
        new(_steps.Start + (long)row * StepStride, checked((int)((long)_microBatch.Steps * _microBatch.Count - row) * StepStride));

    /// <summary>Fills the first layer's input.</summary>
    public void Forward(MicroBatch microBatch, LayerPass layer)
    {
        for (int t = 0; t < microBatch.Steps; t++)
            projection.Forward(
                microBatch.ActiveRows[t],
                Steps(t),
                StepStride,
                layer.Input.Start + (long)t * microBatch.Count * layer.InputStride,
                layer.InputStride
            );
    }

    /// <summary>Receives the gradient of a row's input at a step.</summary>
    public delegate void InputGradient(int step, int row, Span<float> gradient);

    /// <summary>After the layer's backward pass: adds to the gradient of the projection's weights.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="gradient">The gradient of the projection's weights.</param>
    /// <param name="inputs">Receives the gradients of the input; null where they are not needed.</param>
    public void Backward(MicroBatch microBatch, LayerPass layer, float* gradient, InputGradient? inputs)
    {
        layer.MakeInputGradients();
        _back.Reserve((long)microBatch.Count * _backStride);
        for (int t = 0; t < microBatch.Steps; t++)
        {
            for (int row = 0; row < microBatch.ActiveRows[t]; row++)
                Rectify(
                    layer.InputOf(t, row),
                    layer.InputGradient(t, row),
                    new Span<float>(_back.Start + (long)row * _backStride, projection.Columns)
                );
            projection.AddGradient(microBatch.ActiveRows[t], Steps(t), StepStride, _back.Start, _backStride, gradient);
            if (inputs is null)
                continue;
            int width = projection.InputGradientWidth;
            _input.Reserve((long)microBatch.Count * width);
            projection.InputGradient(microBatch.ActiveRows[t], _back.Start, _backStride, _input.Start, width);
            for (int row = 0; row < microBatch.ActiveRows[t]; row++)
                inputs(t, row, new Span<float>(_input.Start + (long)row * width, projection.Inputs));
        }
    }

    private float* Steps(int t) => _steps.Start + (long)t * _microBatch.Count * StepStride;

    private static void Rectify(ReadOnlySpan<float> values, ReadOnlySpan<float> gradient, Span<float> result)
    {
        for (int i = 0; i < values.Length; i++)
            result[i] = values[i] > 0 ? gradient[i] : 0;
        result[values.Length..].Clear();
    }
}
