using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>Reads the rows of a long table's cursor as records. One per cursor.</summary>
internal sealed class LongRowReader
{
    private readonly IExceptionContext _ectx;
    private readonly GroupingBinding _binding;
    private readonly GroupingTables _tables;
    private readonly TupleReader _keys;
    private readonly TupleReader? _statics;
    private readonly Func<RowOrder>? _order;
    private readonly (StepReading Read, int Word, int Words)[] _parts;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The long table's cursor or row.</param>
    /// <param name="binding">Its columns.</param>
    /// <param name="tables">Receives the values that records have an index of.</param>
    public LongRowReader(IExceptionContext ectx, DataViewRow row, GroupingBinding binding, GroupingTables tables)
    {
        (_ectx, _binding, _tables) = (ectx, binding, tables);
        _keys = binding.Keys.Open(row);
        _statics = binding.Statics.Count > 0 ? binding.Statics.Open(row) : null;
        _order = binding.Order?.Open(ectx, row);
        _parts = [.. binding.Readings(row, tables)];
    }

    /// <summary>The index of the row's key in the table of keys.</summary>
    /// <exception cref="InvalidOperationException">The row has no key.</exception>
    public int Key() => _tables.Keys.IndexOf(_keys.Read(_ectx));

    /// <summary>Reads the row, except for its key, into a record.</summary>
    /// <exception cref="InvalidOperationException">The row has no time.</exception>
    public void Read(Span<float> record)
    {
        if (_order is not null)
            GroupingBinding.SetOrder(record, _order());
        if (_statics is not null)
            KeyRows.Write(record, _binding.StaticWord, _tables.Statics.IndexOf(_statics.Read(null)));
        foreach (var (read, word, words) in _parts)
            read(record.Slice(word, words));
    }
}
