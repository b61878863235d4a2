using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// Reads an upstream cursor's rows into blocks, each needed column once a row. For the consumer's thread alone.
/// </summary>
internal sealed class BlockReader : IDisposable
{
    /// <summary>
    /// Rows of the first block; each next has twice as many, up to the limit, so that a consumer of a few rows does not wait for thousands.
    /// </summary>
    private const int FirstRows = 32;

    /// <summary>Fewer rows would leave register tiles empty.</summary>
    private const int FewestRows = 24;

    private readonly DataViewRowCursor _upstream;
    private readonly BlockLimits _limits;
    private readonly PassedColumn[] _passed;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly SequenceReader _sequence;
    private readonly Func<SequenceRows> _newRows;
    private readonly int _stepWidth;
    private readonly BlockRow _at = new();
    private readonly int _mostRows;
    private int _rows;

    /// <param name="upstream">A cursor over the sequence and the passed columns; disposed with this.</param>
    /// <param name="binding">The sequence.</param>
    /// <param name="passed">Whether an upstream column is passed on.</param>
    /// <param name="limits">The limits of a block.</param>
    /// <param name="share">Rows of each block where they are so few that even shares for all threads are small; else null.</param>
    public BlockReader(
        DataViewRowCursor upstream,
        SequenceBinding binding,
        Func<DataViewSchema.Column, bool> passed,
        BlockLimits limits,
        long? share = null
    )
    {
        _upstream = upstream;
        _limits = limits;
        _passed = [.. upstream.Schema.Where(passed).Select((column, place) => PassedColumn.Open(upstream, column, place))];
        _id = upstream.GetIdGetter();
        _sequence = binding.Open(new ReadRow(this));
        _newRows = () => new SequenceRows(binding.StepWidth, binding.Static.Width, binding.TokenWidth);
        _stepWidth = Math.Max(binding.StepWidth, binding.TokenWidth);
        bool isShared = share <= limits.Rows;
        _mostRows = isShared ? (int)Math.Min(limits.Rows, Math.Max(FewestRows, share!.Value)) : limits.Rows;
        _rows = isShared ? _mostRows : Math.Min(FirstRows, limits.Rows);
    }

    /// <summary>Whether there are no further rows: upstream has ended, or has failed.</summary>
    public bool HasEnded { get; private set; }

    public RowBlock NewBlock(OutputLayout outputs) =>
        new([.. _passed.Select(column => column.NewValues(_limits.Rows))], _limits.Rows, _newRows(), outputs);

    /// <summary>A getter of a passed column's value at the current <paramref name="row"/>.</summary>
    /// <param name="column">Index of the column upstream.</param>
    /// <param name="row">The position in a block.</param>
    public Delegate Getter(int column, BlockRow row) => _passed.First(passed => passed.Column.Index == column).Getter(row);

    /// <summary>
    /// Replaces the block's contents by the next rows. An exception ends the block, and all reading, at its row.
    /// </summary>
    public void Fill(RowBlock block)
    {
        block.Clear();
        long values = 0;
        try
        {
            while (block.Count < _rows && block.Sequences.TotalLength < _limits.Steps && values < _limits.Values && !HasEnded)
                if (_upstream.MoveNext())
                    values += Read(block);
                else
                    HasEnded = true;
        }
        catch (Exception e)
        {
            HasEnded = true;
            block.EndAt(block.Count, e);
        }
        _rows = Math.Min(2 * _rows, _mostRows);
    }

    public void Dispose() => _upstream.Dispose();

    private long Read(RowBlock block)
    {
        int row = block.Count;
        long values = 0;
        _at.MoveTo(block, row);
        foreach (PassedColumn column in _passed)
            values += column.Read(_at);
        _id(ref block.Ids[row]);
        block.Batches[row] = _upstream.Batch;
        _sequence.Read();
        SequenceView sequence = _sequence.Current;
        block.Add(sequence);
        return values + (long)sequence.Length * _stepWidth;
    }

    /// <summary>
    /// The upstream row, whose columns that are already read into the block are taken from there, so that no getter runs twice.
    /// </summary>
    private sealed class ReadRow(BlockReader reader) : DataViewRow
    {
        public override DataViewSchema Schema => reader._upstream.Schema;

        public override long Position => reader._upstream.Position;

        public override long Batch => reader._upstream.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => reader._upstream.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => reader._upstream.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            Array.Exists(reader._passed, passed => passed.Column.Index == column.Index)
                ? (ValueGetter<TValue>)reader.Getter(column.Index, reader._at)
                : reader._upstream.GetGetter<TValue>(column);
    }
}
