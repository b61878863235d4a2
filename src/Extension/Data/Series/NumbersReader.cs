using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data.Series;

/// <summary>Reads columns of Single, or of vectors of Single, as one row of values. One per row or cursor.</summary>
internal sealed class NumbersReader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
{
    private readonly ColumnReader[] _readers =
    [
        .. columns.Select(column =>
            column.Type is VectorDataViewType ? (ColumnReader)new VectorReader(row, column) : new ScalarReader(row, column)
        ),
    ];

    /// <summary>Reads the values of the row.</summary>
    /// <param name="numbers">[sum of the columns' widths], overwritten.</param>
    public void Read(Span<float> numbers)
    {
        foreach (ColumnReader reader in _readers)
            numbers = numbers[reader.Read(numbers)..];
    }

    private abstract class ColumnReader
    {
        public abstract int Read(Span<float> numbers);
    }

    private sealed class ScalarReader(DataViewRow row, DataViewSchema.Column column) : ColumnReader
    {
        private readonly ValueGetter<float> _getter = row.GetGetter<float>(column);

        public override int Read(Span<float> numbers)
        {
            _getter(ref numbers[0]);
            return 1;
        }
    }

    private sealed class VectorReader(DataViewRow row, DataViewSchema.Column column) : ColumnReader
    {
        private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
        private VBuffer<float> _buffer;

        public override int Read(Span<float> numbers)
        {
            _getter(ref _buffer);
            FixedLength.Check(row, column, _buffer.Length);
            _buffer.CopyTo(numbers);
            return _buffer.Length;
        }
    }
}
