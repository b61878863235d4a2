using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Decoders;

/// <summary>The states of several rows of a decoder, padded to whole panels: h, and of an LSTM c.</summary>
/// <param name="width">Elements from one row's state to the next.</param>
internal sealed unsafe class DecoderState(int width)
{
    private readonly AlignedBuffer _cell = new();
    private AlignedBuffer _hidden = new(),
        _next = new();

    /// <summary>[rows, width] h.</summary>
    public float* Hidden => _hidden.Start;

    /// <summary>Makes room for so many rows, each to be taken.</summary>
    public void Reserve(int rows)
    {
        foreach (AlignedBuffer buffer in (ReadOnlySpan<AlignedBuffer>)[_hidden, _next, _cell])
            buffer.Reserve((long)rows * width);
    }

    /// <summary>A row begins with the state that a row of the encoder ended with.</summary>
    public void Take(int row, in RowStates states, int encoded)
    {
        new ReadOnlySpan<float>(states.Last + (long)encoded * states.Padded, width).CopyTo(
            new Span<float>(_hidden.Start + (long)row * width, width)
        );
        new ReadOnlySpan<float>(states.Cell + (long)encoded * states.Padded, width).CopyTo(
            new Span<float>(_cell.Start + (long)row * width, width)
        );
    }

    /// <summary>One step of all rows.</summary>
    public void Step(CellKernel kernel, int rows, float* input, int stride, bool hasCell)
    {
        kernel.StepRows(rows, input, stride, _hidden.Start, hasCell ? _cell.Start : _hidden.Start, _next.Start);
        (_hidden, _next) = (_next, _hidden);
    }
}
