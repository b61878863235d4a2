using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Reads columns of Single, of vectors of Single, and of keys as one row of values. Of a key of n values there are n: 1 for its own, 0 for
/// the others, and all 0 where it is missing. One per row or cursor.
/// </summary>
internal sealed class NumbersReader(DataViewRow row, IReadOnlyList<DataViewSchema.Column> columns)
{
    private readonly ColumnReader[] _readers =
    [
        .. columns.Select(column =>
            column.Type switch
            {
                VectorDataViewType => (ColumnReader)new VectorReader(row, column),
                KeyDataViewType => new KeyReader(row, column),
                _ => new ScalarReader(row, column),
            }
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

    private sealed class KeyReader(DataViewRow row, DataViewSchema.Column column) : ColumnReader
    {
        private readonly Func<ulong> _key = KeyGetter.Of(row, column);
        private readonly int _width = SeriesBinding.Width(column);

        public override int Read(Span<float> numbers)
        {
            numbers[.._width].Clear();
            ulong key = _key();
            if (key > 0 && key <= (ulong)_width)
                numbers[(int)key - 1] = 1;
            return _width;
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

/// <summary>Reads keys of all types: 0 where a key is missing.</summary>
internal static class KeyGetter
{
    public static Func<ulong> Of(DataViewRow row, DataViewSchema.Column column) =>
        Type.GetTypeCode(column.Type.RawType) switch
        {
            TypeCode.Byte => Of<byte>(row, column, key => key),
            TypeCode.UInt16 => Of<ushort>(row, column, key => key),
            TypeCode.UInt32 => Of<uint>(row, column, key => key),
            TypeCode.UInt64 => Of<ulong>(row, column, key => key),
            _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, "There is no key of this type."),
        };

    private static Func<ulong> Of<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }
}
