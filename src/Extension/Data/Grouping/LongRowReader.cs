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
    private readonly (StepReading? Read, int Word, int Words)[] _parts;

    public LongRowReader(
        IExceptionContext ectx,
        DataViewRow row,
        GroupingBinding binding,
        GroupingTables tables,
        (StepReading? Read, int Word, int Words)[] parts
    )
    {
        (_ectx, _binding, _tables, _parts) = (ectx, binding, tables, parts);
        _keys = binding.Keys.Open(row);
        _statics = binding.Statics.Count > 0 ? binding.Statics.Open(row) : null;
        _order = binding.Order?.Open(ectx, row);
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
            read!(record.Slice(word, words));
    }
}
