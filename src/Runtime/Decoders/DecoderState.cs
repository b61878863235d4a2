using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Decoders;

/// <summary>The states of several rows of a decoder, padded to whole panels: h, and of an LSTM c.</summary>
/// <param name="kernel">The decoder's cell.</param>
internal sealed unsafe class DecoderState(CellKernel kernel)
{
    private readonly AlignedBuffer _cell = new();
    private AlignedBuffer _hidden = new(),
        _next = new();

    /// <summary>[rows, width] h.</summary>
    public float* Hidden => _hidden.Start;

    /// <summary>Makes room for so many rows, each to be taken.</summary>
    public void Reserve(int rows)
    {
        foreach (AlignedBuffer buffer in (ReadOnlySpan<AlignedBuffer>)[_hidden, _next])
            buffer.Reserve((long)rows * kernel.Width);
        _cell.Reserve((long)rows * kernel.StateWidth);
    }

    /// <summary>A row begins with the state that a row of the encoder ended with.</summary>
    public void Take(int row, in RowStates states, int encoded)
    {
        Copy(states.Last + (long)encoded * states.Padded, _hidden.Start + (long)row * kernel.Width, kernel.Width);
        Copy(states.Cell + (long)encoded * states.CellPadded, _cell.Start + (long)row * kernel.StateWidth, kernel.StateWidth);
    }

    /// <summary>One step of all rows.</summary>
    public void Step(int rows, float* input, int stride, bool hasCell)
    {
        kernel.StepRows(rows, input, stride, _hidden.Start, hasCell ? _cell.Start : _hidden.Start, _next.Start);
        (_hidden, _next) = (_next, _hidden);
    }

    private static void Copy(float* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));
}
