using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Estimators;

/// <summary>Numbers the distinct values of a column, of any type, in order of appearance. Each value of a vector counts; a missing key has
/// no number.</summary>
internal abstract class ColumnValues
{
    private readonly Dictionary<object, int> _numbers = [];

    /// <summary>The number of each value of the cursor's current row.</summary>
    public abstract IReadOnlyList<int> Read();

    /// <summary>A reader of a column; one per cursor.</summary>
    public static ColumnValues Open(DataViewRow row, DataViewSchema.Column column)
    {
        Type kind = column.Type is VectorDataViewType ? typeof(OfVector<>) : typeof(OfOne<>);
        return (ColumnValues)Activator.CreateInstance(kind.MakeGenericType(column.Type.GetItemType().RawType), row, column)!;
    }

    private protected int Number<T>(T value, bool isKey)
    {
        if (isKey && EqualityComparer<T>.Default.Equals(value, default))
            return -1;
        object known = value is ReadOnlyMemory<char> text ? text.ToString() : value!;
        if (!_numbers.TryGetValue(known, out int number))
            _numbers[known] = number = _numbers.Count;
        return number;
    }

    private sealed class OfOne<T>(DataViewRow row, DataViewSchema.Column column) : ColumnValues
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);
        private readonly bool _isKey = column.Type is KeyDataViewType;
        private readonly int[] _read = new int[1];
        private T _value = default!;

        public override IReadOnlyList<int> Read()
        {
            _getter(ref _value);
            _read[0] = Number(_value, _isKey);
            return _read;
        }
    }

    private sealed class OfVector<T>(DataViewRow row, DataViewSchema.Column column) : ColumnValues
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
        private readonly bool _isKey = column.Type.GetItemType() is KeyDataViewType;
        private VBuffer<T> _value;

        public override IReadOnlyList<int> Read()
        {
            _getter(ref _value);
            return [.. _value.DenseValues().Select(value => Number(value, _isKey))];
        }
    }
}
