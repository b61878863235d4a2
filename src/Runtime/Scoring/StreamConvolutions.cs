using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The convolutions before the first layer, step by step: of each, the last K - 1 steps are kept.</summary>
internal sealed unsafe class StreamConvolutions
{
    private readonly PackedNetwork _network;

    // For each convolution [K, F]: the steps that are kept, and the new one.
    private readonly AlignedBuffer[] _windows,
        _outputs;

    public StreamConvolutions(PackedNetwork network)
    {
        _network = network;
        _windows = [.. network.Convolutions.Select(convolution => new AlignedBuffer(convolution.Module.WindowSize))];
        _outputs = [.. network.Convolutions.Select(convolution => new AlignedBuffer(convolution.Kernel.Width))];
    }

    /// <summary>Values that a stream keeps.</summary>
    public static int StateSizeOf(NetworkShape shape) =>
        NetworkDefinition.Of(shape).Convolutions.Sum(convolution => convolution.HistorySize);

    /// <summary>Resumes from a series' state.</summary>
    /// <param name="state">[StateSizeOf].</param>
    public void Load(ReadOnlySpan<float> state)
    {
        for (int j = 0; j < _windows.Length; j++)
        {
            int size = _network.Convolutions[j].Module.HistorySize;
            state[..size].CopyTo(new Span<float>(_windows[j].Start, size));
            state = state[size..];
        }
    }

    /// <summary>Copies the current state to a series.</summary>
    /// <param name="state">[StateSizeOf], overwritten.</param>
    public void Store(Span<float> state)
    {
        for (int j = 0; j < _windows.Length; j++)
        {
            int size = _network.Convolutions[j].Module.HistorySize;
            new ReadOnlySpan<float>(_windows[j].Start, size).CopyTo(state);
            state = state[size..];
        }
    }

    /// <summary>Takes a step's input.</summary>
    /// <param name="x">[StepInputSize] the input.</param>
    /// <param name="step">Number of steps before it.</param>
    /// <returns>The first layer's input; null where none of its steps ends here. Without convolutions x itself.</returns>
    public float* Take(float* x, long step)
    {
        for (int j = 0; j < _windows.Length; j++)
        {
            var (kernel, module) = _network.Convolutions[j];
            float* window = _windows[j].Start;
            new ReadOnlySpan<float>(x, module.Inputs).CopyTo(new Span<float>(window + module.HistorySize, module.Inputs));
            bool isLast = step % module.Shape.Stride == 0;
            if (isLast)
                kernel.StepRows(1, window, module.WindowSize, null, null, _outputs[j].Start);
            new ReadOnlySpan<float>(window + module.Inputs, module.HistorySize).CopyTo(new Span<float>(window, module.HistorySize));
            if (!isLast)
                return null;
            x = _outputs[j].Start;
            step /= module.Shape.Stride;
        }
        return x;
    }
}
