using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Scoring;

/// <summary>
/// Returns upstream's rows with their scores, reading a few blocks of rows ahead and scoring them on several threads. Only the consumer's
/// thread uses the upstream cursor. An exception of upstream or scoring is thrown unchanged when the cursor moves to its row.
/// </summary>
internal sealed class LookAheadCursor : RootCursorBase
{
    private readonly ActiveColumns _columns;
    private readonly BlockReader _reader;
    private readonly BlockQueue _queue;
    private readonly Func<int, IScoredRow, Delegate> _scoreGetter;
    private readonly UnscoredRows _unscored;
    private readonly BlockRow _at = new();
    private RowBlock? _block;
    private bool _isDisposed;

    /// <param name="provider">Where the cursor logs.</param>
    /// <param name="columns">The columns, and which of them are active.</param>
    /// <param name="reader">Reads upstream; disposed with the cursor.</param>
    /// <param name="queue">Scores; disposed with the cursor.</param>
    /// <param name="scoreGetter">Creates the getter of an added column.</param>
    /// <param name="unscored">Counts the rows without a score; the cursor warns of them when it ends.</param>
    public LookAheadCursor(
        IChannelProvider provider,
        ActiveColumns columns,
        BlockReader reader,
        BlockQueue queue,
        Func<int, IScoredRow, Delegate> scoreGetter,
        UnscoredRows unscored
    )
        : base(provider)
    {
        _columns = columns;
        _reader = reader;
        _queue = queue;
        _scoreGetter = scoreGetter;
        _unscored = unscored;
    }

    public override DataViewSchema Schema => _columns.Schema;

    public override long Batch => _at.IsAtRow ? _at.Block.Batches[_at.Row] : 0;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _at.Block.Ids[_at.Row];

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        Ch.CheckParam(column.Index < _columns.Active.Length, nameof(column));
        return _columns.Active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw Ch.Except($"Column '{column.Name}' is not active: name it when the cursor is opened.");
        int index = _columns.Bindings.MapColumnIndex(out bool isUpstream, column.Index);
        Delegate getter = isUpstream ? _reader.Getter(index, _at) : _scoreGetter(index, _at);
        return getter as ValueGetter<TValue>
            ?? throw Ch.Except(
                $"Invalid TValue in GetGetter: '{typeof(TValue)}', expected type: '{getter.GetType().GetGenericArguments()[0]}'."
            );
    }

    protected override bool MoveNextCore()
    {
        if (!(_block is not null && ++_at.Row < _block.Count) && !MoveToNextBlock())
            return false;
        _unscored.Look(_at.Outputs);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        // The end of the rows disposes as well, and upstream must be disposed once.
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _at.MoveTo(null, -1);
            _block = null;
            _unscored.Warn(Ch);
            _queue.Dispose();
            _reader.Dispose();
        }
        base.Dispose(disposing);
    }

    private bool MoveToNextBlock()
    {
        if (_block is not null)
        {
            ThrowFailure(_block);
            _block = null;
            _at.MoveTo(null, -1);
            _queue.Drop();
        }
        ReadAhead();
        if (_queue.IsEmpty)
            return false;
        _block = _queue.Take();
        if (_block.Count == 0)
            ThrowFailure(_block);
        _at.MoveTo(_block, 0);
        return true;
    }

    // The cursor then stays before the row that failed: there is nothing to read, and the next move fails in the same way.
    private void ThrowFailure(RowBlock block)
    {
        if (block.Failure is null)
            return;
        _at.MoveTo(null, block.Count);
        block.Failure.Throw();
    }

    private void ReadAhead()
    {
        while (_queue.HasRoom && !_reader.HasEnded)
        {
            RowBlock block = _queue.Free;
            _reader.Fill(block);
            if (block.Count > 0 || block.Failure is not null)
                _queue.Put();
        }
    }
}
