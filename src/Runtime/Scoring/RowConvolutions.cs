using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// The convolutions before the first layer over a whole row: one scorer's memory. A window is a span of the row's steps as they are in
/// memory, so that all windows of a row are multiplied by the weights at once, without copies.
/// </summary>
internal sealed unsafe class RowConvolutions(PackedNetwork network)
{
    // For each convolution, the steps before the first, zeros, and the row's.
    private readonly AlignedBuffer[] _inputs = [.. network.Convolutions.Select(_ => new AlignedBuffer())];
    private readonly AlignedBuffer _outputs = new();

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _inputs.Length == 0;

    /// <summary>Makes room for a row.</summary>
    /// <param name="steps">T.</param>
    /// <returns>[T, StepInputSize], to be written.</returns>
    public Span<float> Start(int steps) => new(Steps(0, steps), steps * network.StepWidth);

    /// <summary>Computes the first layer's input of the row that was written.</summary>
    /// <param name="steps">T.</param>
    /// <param name="result">[LayerSteps(T), InputSize], overwritten.</param>
    public void Run(int steps, float* result)
    {
        for (int j = 0; j < _inputs.Length; j++)
        {
            var (kernel, module) = network.Convolutions[j];
            int windows = module.Shape.StepsOf(steps),
                filters = module.Shape.Filters;
            float* outputs = _outputs.Reserve((long)windows * kernel.Width);
            kernel.StepRows(windows, _inputs[j].Start, module.WindowStride, null, null, outputs);
            float* target = j == _inputs.Length - 1 ? result : Steps(j + 1, windows);
            for (int window = 0; window < windows; window++)
                new ReadOnlySpan<float>(outputs + (long)window * kernel.Width, filters).CopyTo(
                    new Span<float>(target + (long)window * filters, filters)
                );
            steps = windows;
        }
    }

    private float* Steps(int convolution, int steps)
    {
        ConvolutionModule module = network.Convolutions[convolution].Module;
        float* start = _inputs[convolution].Reserve(module.HistorySize + (long)steps * module.Inputs);
        new Span<float>(start, module.HistorySize).Clear();
        return start + module.HistorySize;
    }
}
