using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Data;

/// <summary>Numbers the distinct values of a column, of any type, in order of appearance. Each value of a vector counts; a missing key has
/// no number, and of a vector of Boolean the true slots count.</summary>
internal abstract class ColumnValues
{
    private Dictionary<object, int> _numbers = [];

    /// <summary>Whether the last value read is a missing key, not a number, or an empty text.</summary>
    public bool IsMissing { get; private set; }

    /// <summary>The number of each value of the cursor's current row.</summary>
    public abstract IReadOnlyList<int> Read();

    /// <summary>A reader of a column; one per cursor.</summary>
    /// <param name="row">The cursor.</param>
    /// <param name="column">The column.</param>
    /// <param name="numbers">The numbers of values known before, which new ones are added to; null for none.</param>
    public static ColumnValues Open(DataViewRow row, DataViewSchema.Column column, Dictionary<object, int>? numbers = null)
    {
        if (column.Type is VectorDataViewType { ItemType: BooleanDataViewType })
            return new OfFlags(row, column);
        Type kind = column.Type is VectorDataViewType ? typeof(OfVector<>) : typeof(OfOne<>);
        var values = (ColumnValues)Activator.CreateInstance(kind.MakeGenericType(column.Type.GetItemType().RawType), row, column)!;
        values._numbers = numbers ?? values._numbers;
        return values;
    }

    /// <summary>A reader of labels of steps, step after step: the labels that a step of the row has.</summary>
    /// <param name="row">The cursor.</param>
    /// <param name="column">A vector of Boolean or Single.</param>
    /// <param name="labels">Number of labels at each step.</param>
    public static ColumnValues OfStepLabels(DataViewRow row, DataViewSchema.Column column, int labels) =>
        column.Type.GetItemType() is BooleanDataViewType
            ? new OfFlagsPerStep<bool>(row, column, labels, isSet: value => value)
            : new OfFlagsPerStep<float>(row, column, labels, isSet: value => value > 0);

    private protected int Number<T>(T value, bool isKey)
    {
        bool isMissingKey = isKey && EqualityComparer<T>.Default.Equals(value, default);
        IsMissing = isMissingKey || value is float.NaN or double.NaN or ReadOnlyMemory<char> { IsEmpty: true };
        if (isMissingKey)
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

    private sealed class OfFlags(DataViewRow row, DataViewSchema.Column column) : ColumnValues
    {
        private readonly ValueGetter<VBuffer<bool>> _getter = row.GetGetter<VBuffer<bool>>(column);
        private VBuffer<bool> _value;

        public override IReadOnlyList<int> Read()
        {
            _getter(ref _value);
            return [.. _value.Items().Where(item => item.Value).Select(item => item.Key)];
        }
    }

    private sealed class OfFlagsPerStep<T>(DataViewRow row, DataViewSchema.Column column, int labels, Func<T, bool> isSet) : ColumnValues
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
        private VBuffer<T> _value;

        public override IReadOnlyList<int> Read()
        {
            _getter(ref _value);
            return [.. _value.Items().Where(item => isSet(item.Value)).Select(item => item.Key % labels).Distinct()];
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
