using RnnMlNet.Engines.Simd;

namespace RnnMlNet.Scoring;

/// <summary>The head over the pooled states of one row, with the scratch memory that it needs.</summary>
internal sealed unsafe class RowHead
{
    private readonly PackedNetwork _network;
    private readonly AlignedBuffer _even, _odd;

    public RowHead(PackedNetwork network)
    {
        _network = network;
        int widest = network.Head.Max(layer => layer.Width);
        _even = new AlignedBuffer(widest);
        _odd = new AlignedBuffer(widest);
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
}
