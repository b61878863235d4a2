using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>Rows read ahead: their sequences, the values of the passed columns, and, once scored, their outputs. Reused.</summary>
internal sealed class RowBlock : IDisposable
{
    private readonly Array[] _passed;
    private readonly OutputLayout _layout;
    private readonly ManualResetEventSlim _scored = new();
    private float[] _outputs = [];

    /// <param name="passed">For each passed column, room for as many values as the block may have rows.</param>
    /// <param name="rows">Most rows.</param>
    /// <param name="sequences">Empty rows, of the form of those to be read.</param>
    /// <param name="outputs">The layout of the rows' outputs.</param>
    public RowBlock(Array[] passed, int rows, SequenceRows sequences, OutputLayout outputs)
    {
        _passed = passed;
        _layout = outputs;
        Sequences = sequences;
        Ids = new DataViewRowId[rows];
        Batches = new long[rows];
    }

    /// <summary>Rows in the block.</summary>
    public int Count { get; private set; }

    /// <summary>[Count] the sequences to score.</summary>
    public SequenceRows Sequences { get; }

    public DataViewRowId[] Ids { get; }

    public long[] Batches { get; }

    /// <summary>The exception at the row after the last one; null for none.</summary>
    public ExceptionDispatchInfo? Failure { get; private set; }

    public bool IsScored => _scored.IsSet;

    /// <summary>The values of a passed column.</summary>
    public T[] Passed<T>(int column) => Unsafe.As<T[]>(_passed[column]);

    /// <summary>Outputs of a row; valid once the block is scored.</summary>
    public ReadOnlySpan<float> OutputsOf(int row) => _layout.Slice(_outputs.AsSpan(), Sequences, row);

    /// <summary>Empties the block, to be filled again.</summary>
    public void Clear()
    {
        Count = 0;
        Failure = null;
        Sequences.Clear();
        _scored.Reset();
    }

    /// <summary>Adds the row that has just been read.</summary>
    public void Add(in SequenceView sequence)
    {
        Sequences.Add(sequence);
        Count++;
    }

    /// <summary>Truncates the block to its first rows, with the exception of the next.</summary>
    public void EndAt(int row, Exception thrown)
    {
        Count = row;
        Failure = ExceptionDispatchInfo.Capture(thrown);
    }

    /// <summary>The outputs of all rows, to be written.</summary>
    public Span<float> OutputsToWrite()
    {
        int length = _layout.Of(Sequences);
        if (_outputs.Length < length)
            _outputs = new float[Math.Max(length, _outputs.Length * 2)];
        return _outputs.AsSpan(0, length);
    }

    /// <summary>A row's part of <see cref="OutputsToWrite()"/>.</summary>
    public Span<float> OutputsToWrite(int row) => _layout.Slice(_outputs.AsSpan(), Sequences, row);

    /// <summary>Signals that outputs, or a failure, are available. The block belongs to the cursor's own thread again.</summary>
    public void MarkScored() => _scored.Set();

    public void WaitUntilScored() => _scored.Wait();

    public void Dispose()
    {
        _scored.Dispose();
        Sequences.Release();
    }
}

/// <summary>The current position of a reader or a writer of values in a block.</summary>
internal sealed class BlockRow : IScoredRow
{
    private RowBlock? _block;

    public bool IsAtRow => _block is not null;

    /// <summary>The row within the block.</summary>
    public int Row { get; set; }

    /// <exception cref="InvalidOperationException">There is no current row: the cursor has not moved to a row, or is past the
    /// last.</exception>
    public RowBlock Block => _block ?? throw Microsoft.ML.Runtime.Contracts.Except(RowCursorUtils.FetchValueStateError);

    public ReadOnlySpan<float> Outputs => Block.OutputsOf(Row);

    public void MoveTo(RowBlock? block, int row)
    {
        _block = block;
        Row = row;
    }
}
