using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data.Grouping;

/// <summary>
/// The sequences of a long table, a row for each window. Nothing is read until a cursor moves; each cursor may be read again, and gives the
/// same rows in the same order. Rows in any order are read once for all cursors that are open at the same time.
/// </summary>
internal sealed class GroupedView : IDataView
{
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly GroupingBinding _binding;
    private readonly SharedStore _store;

    public GroupedView(IHost host, IDataView source, GroupingBinding binding)
    {
        (_host, _source, _binding) = (host, source, binding);
        _store = new SharedStore(() => LongRowStore.Read(host, source, binding));
    }

    public DataViewSchema Schema => _binding.Output;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            active[column.Index] = true;
        KeySource keys = _binding.Options.IsGrouped ? new SortedKeys(_host, _binding, _source) : new StoredKeys(_host, _binding, _store);
        return new Cursor(_host, _binding, keys, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursorBase
    {
        private readonly IHost _host;
        private readonly GroupingBinding _binding;
        private readonly KeySource _keys;
        private readonly bool[] _active;
        private readonly SequenceCutter _cutter;
        private readonly KeyRows _rows;
        private readonly GroupedRow _current = new();
        private readonly IEnumerator<(int SequenceEnd, int First, int Count)> _windows;
        private long _sequences;
        private long _tooShort;
        private int _longest;
        private bool _isDisposed;

        public Cursor(IHost host, GroupingBinding binding, KeySource keys, bool[] active)
            : base(host)
        {
            (_host, _binding, _keys, _active) = (host, binding, keys, active);
            _cutter = new SequenceCutter(host, binding);
            _rows = new KeyRows(binding.Words);
            _windows = Windows().GetEnumerator();
        }

        public override DataViewSchema Schema => _binding.Output;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column)
        {
            Ch.CheckParam(column.Index < _active.Length, nameof(column));
            return _active[column.Index];
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) =>
            {
                Ch.Check(IsGood, "The cursor is at no row.");
                id = new DataViewRowId((ulong)Position, 0);
            };

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw Ch.Except($"Column '{column.Name}' is not active: name it when the cursor is opened.");
            if (_binding.MakeGetter(column.Index, _current) is not ValueGetter<TValue> getter)
                throw Ch.Except($"Invalid TValue: '{typeof(TValue)}', the column '{column.Name}' is of type {column.Type}.");
            return (ref TValue value) =>
            {
                Ch.Check(IsGood, "The cursor is at no row.");
                getter(ref value);
            };
        }

        protected override bool MoveNextCore()
        {
            if (!_windows.MoveNext())
            {
                Report();
                return false;
            }
            (_current.SequenceEnd, _current.First, _current.Count) = _windows.Current;
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            if (disposing)
            {
                _windows.Dispose();
                _keys.Dispose();
            }
            base.Dispose(disposing);
        }

        // All windows of all sequences of all keys.
        private IEnumerable<(int SequenceEnd, int First, int Count)> Windows()
        {
            while (_keys.MoveNext(_rows))
            {
                int first = 0;
                _current.Tables = _keys.Tables;
                IReadOnlyList<int> ends = _cutter.Cut(_rows, _keys.Tables, out KeyRows steps);
                _current.Rows = steps;
                foreach (int end in ends)
                {
                    bool hasWindow = false;
                    foreach (var (start, count) in _binding.Options.Windows.In(end - first))
                    {
                        hasWindow = true;
                        yield return (end, first + start, count);
                    }
                    _sequences++;
                    _tooShort += hasWindow ? 0 : 1;
                    _longest = Math.Max(_longest, end - first);
                    first = end;
                }
            }
        }

        private void Report()
        {
            int minimum = _binding.Options.Windows.MinimumLength;
            if (_tooShort == 0)
                return;
            if (_tooShort == _sequences)
                throw _host.Except(
                    $"No sequence is long enough for a row: windows have at least {Words.Plural(minimum, "time step")}, but the longest of "
                        + $"{Words.Plural(_sequences, "sequence")} has {_longest} ({Words.Plural(_keys.RowCount, "row")} read). Give a "
                        + $"smaller minimum length, or check KeyColumnNames and Gaps."
                );
            Ch.Warning(
                $"{_tooShort} of {Words.Plural(_sequences, "sequence")} have fewer than {Words.Plural(minimum, "time step")}, the minimum "
                    + $"length of Windows, and are left out."
            );
        }
    }
}
