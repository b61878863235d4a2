using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// The head over the pooled states of one row, or over the states of each of its steps, with the scratch memory that it needs.
/// </summary>
internal sealed unsafe class RowHead
{
    private readonly PackedNetwork _network;
    private readonly AlignedBuffer _even = new(),
        _odd = new();

    public RowHead(PackedNetwork network)
    {
        _network = network;
        int widest = network.Head.Max(layer => layer.Width);
        _even.Reserve(widest);
        _odd.Reserve(widest);
    }

    /// <summary>The row's outputs, in the label's own units.</summary>
    /// <param name="pooled">[PooledSize] the pooled states.</param>
    /// <param name="outputs">[Outputs], overwritten.</param>
    public void Run(float* pooled, Span<float> outputs)
    {
        float* x = pooled;
        (AlignedBuffer y, AlignedBuffer other) = (_even, _odd);
        foreach (CellKernel layer in _network.Head)
        {
            layer.StepRows(1, x, 0, null, null, y.Start);
            x = y.Start;
            (y, other) = (other, y);
        }
        new ReadOnlySpan<float>(x, outputs.Length).CopyTo(outputs);
        _network.ToLabelUnits(outputs);
    }

    /// <summary>The outputs of each step.</summary>
    /// <param name="states">[steps, PooledSize] the last layer's states.</param>
    /// <param name="steps">T; 0 is legal.</param>
    /// <param name="outputs">[steps, Outputs], overwritten.</param>
    public void RunSteps(float* states, int steps, Span<float> outputs)
    {
        if (steps == 0)
            return;
        float* x = states;
        int width = _network.Shape.PooledSize;
        (AlignedBuffer y, AlignedBuffer other) = (_even, _odd);
        foreach (CellKernel layer in _network.Head)
        {
            layer.StepRows(steps, x, width, null, null, y.Reserve((long)steps * layer.Width));
            x = y.Start;
            width = layer.Width;
            (y, other) = (other, y);
        }
        int size = _network.Shape.Outputs;
        for (int step = 0; step < steps; step++)
            new ReadOnlySpan<float>(x + (long)step * width, size).CopyTo(outputs[(step * size)..]);
    }
}
