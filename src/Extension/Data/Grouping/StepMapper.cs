using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>
/// Maps a row of a long table to its step, after those that fill the gap before it: for an engine that takes the rows one by one and keeps
/// the state of each sequence.
/// </summary>
internal sealed class StepMapper(IHost host, DataViewSchema input, GroupingBinding binding, StreamedRows rows) : IRowToRowMapper
{
    public DataViewSchema InputSchema => input;

    public DataViewSchema OutputSchema => binding.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Any() ? binding.InputsOf(input) : [];

    public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new Step(host, row, binding, rows, [.. activeColumns.Select(column => column.Index)]);

    private sealed class Step : WrappingRow
    {
        private readonly IHost _host;
        private readonly GroupingBinding _binding;
        private readonly HashSet<int> _active;
        private readonly StreamedRows.Reader? _reader;
        private readonly GroupedRow _current;

        // Not the position of any row, nor of a cursor before its first row.
        private long _position = long.MinValue;

        public Step(IHost host, DataViewRow input, GroupingBinding binding, StreamedRows rows, HashSet<int> active)
            : base(input)
        {
            (_host, _binding, _active) = (host, binding, active);
            var tables = new GroupingTables();
            if (active.Count > 0)
                _reader = rows.Open(host, binding, new LongRowReader(host, input, binding, tables), tables);
            _current = new GroupedRow { Rows = new KeyRows(binding.Words), Tables = tables };
        }

        public override DataViewSchema Schema => _binding.Output;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw _host.Except($"Column '{column.Name}' is not active: name it when the row is created.");
            if (_binding.MakeGetter(column.Index, _current) is not ValueGetter<TValue> getter)
                throw _host.Except($"Invalid TValue: '{typeof(TValue)}', the column '{column.Name}' is of type {column.Type}.");
            return (ref TValue value) =>
            {
                Read();
                getter(ref value);
            };
        }

        // Once a row, whatever the number of columns.
        private void Read()
        {
            if (_position == Input.Position)
                return;
            _reader!.Read(_current.Rows);
            (_current.Count, _current.SequenceEnd) = (_current.Rows.Count, _current.Rows.Count);
            _position = Input.Position;
        }
    }
}
