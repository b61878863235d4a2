using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>Runs the dense head, with its scratch memory.</summary>
internal sealed unsafe class HeadRunner
{
    private readonly PackedNetwork _network;
    private readonly AlignedBuffer _even = new(),
        _odd = new(),
        _joined = new();

    public HeadRunner(PackedNetwork network)
    {
        _network = network;
        int widest = network.Head.Max(layer => layer.Width);
        _even.Reserve(widest);
        _odd.Reserve(widest);
    }

    /// <summary>The head's raw outputs, valid until the next call.</summary>
    /// <param name="count">Number of inputs.</param>
    /// <param name="input">[count, HeadInputSize].</param>
    /// <param name="inputStride">Elements from one input to the next.</param>
    /// <param name="outputStride">Elements from one output to the next.</param>
    public float* Run(int count, float* input, nint inputStride, out int outputStride)
    {
        float* x = input;
        nint stride = inputStride;
        (AlignedBuffer y, AlignedBuffer other) = (_even, _odd);
        foreach (CellKernel layer in _network.Head)
        {
            layer.StepRows(count, x, stride, null, null, y.Reserve((long)count * layer.Width));
            x = y.Start;
            stride = layer.Width;
            (y, other) = (other, y);
        }
        outputStride = (int)stride;
        return x;
    }

    /// <summary>A row's outputs, in the label's own units.</summary>
    /// <param name="pooled">[HeadInputSize].</param>
    /// <param name="outputs">[Outputs], overwritten.</param>
    public void Run(float* pooled, Span<float> outputs)
    {
        new ReadOnlySpan<float>(Run(1, pooled, 0, out _), outputs.Length).CopyTo(outputs);
        _network.ToLabelUnits(outputs);
    }

    /// <summary>The outputs of each step of a row.</summary>
    /// <param name="states">[steps, StateWidth] the last layer's states.</param>
    /// <param name="steps">T; 0 is legal.</param>
    /// <param name="statics">[StaticFeatures] the row's static values.</param>
    /// <param name="outputs">[steps, Outputs], overwritten.</param>
    public void RunSteps(float* states, int steps, ReadOnlySpan<float> statics, Span<float> outputs)
    {
        if (steps == 0)
            return;
        if (_network.Shape.HeadReadsStatics)
            states = Joined(states, steps, statics);
        float* x = Run(steps, states, _network.Shape.HeadInputSize, out int stride);
        int size = _network.Shape.HeadOutputs;
        for (int step = 0; step < steps; step++)
            new ReadOnlySpan<float>(x + (long)step * stride, size).CopyTo(outputs[(step * size)..]);
    }

    // [steps, HeadInputSize]: each step's states, followed by what is read of the static values.
    private float* Joined(float* states, int steps, ReadOnlySpan<float> statics)
    {
        int width = _network.Shape.StateWidth,
            head = _network.Shape.HeadInputSize;
        float* joined = _joined.Reserve((long)steps * head);
        Span<float> first = new(joined + width, head - width);
        _network.ReadStatic(statics, first);
        for (int step = 0; step < steps; step++)
        {
            float* to = joined + (long)step * head;
            new ReadOnlySpan<float>(states + (long)step * width, width).CopyTo(new Span<float>(to, width));
            first.CopyTo(new Span<float>(to + width, head - width));
        }
        return joined;
    }
}
