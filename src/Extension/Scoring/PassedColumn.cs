using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Scoring;

/// <summary>
/// An active column that scoring does not change: its value is read once a row, kept in the row's block and returned from there. Text is
/// kept without a copy, because ML.NET never overwrites the memory of a text value (its own cache relies on this too).
/// </summary>
internal abstract class PassedColumn
{
    // Vectors with more values do not keep their memory for a later row: otherwise, if a few rows are long, each entry of a block would in
    // time hold the memory of a long one.
    private const int LargestKept = 1 << 12;

    private PassedColumn(DataViewSchema.Column column, int place)
    {
        Column = column;
        Place = place;
    }

    public DataViewSchema.Column Column { get; }

    /// <summary>Its index in the blocks.</summary>
    protected int Place { get; }

    /// <param name="upstream">The row it is read from.</param>
    /// <param name="column">The column there.</param>
    /// <param name="place">Its index among the passed columns.</param>
    public static PassedColumn Open(DataViewRow upstream, DataViewSchema.Column column, int place)
    {
        Type kind = column.Type is VectorDataViewType vector
            ? typeof(Vectors<>).MakeGenericType(vector.ItemType.RawType)
            : typeof(Scalars<>).MakeGenericType(column.Type.RawType);
        const BindingFlags Flags = BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions;
        return (PassedColumn)Activator.CreateInstance(kind, Flags, null, [upstream, column, place], null)!;
    }

    /// <summary>Room for the values of a block.</summary>
    public abstract Array NewValues(int rows);

    /// <summary>Reads the upstream row's value.</summary>
    /// <param name="to">Where to store it.</param>
    /// <returns>Number of values of a vector; 0 for a scalar.</returns>
    public abstract int Read(BlockRow to);

    /// <summary>A getter of the value stored at the current <paramref name="row"/>.</summary>
    public abstract Delegate Getter(BlockRow row);

    private sealed class Scalars<T>(DataViewRow upstream, DataViewSchema.Column column, int place) : PassedColumn(column, place)
    {
        private readonly ValueGetter<T> _getter = upstream.GetGetter<T>(column);

        public override Array NewValues(int rows) => new T[rows];

        public override int Read(BlockRow to)
        {
            _getter(ref to.Block.Passed<T>(Place)[to.Row]);
            return 0;
        }

        public override Delegate Getter(BlockRow row) => (ValueGetter<T>)((ref T value) => value = row.Block.Passed<T>(Place)[row.Row]);
    }

    private sealed class Vectors<T>(DataViewRow upstream, DataViewSchema.Column column, int place) : PassedColumn(column, place)
    {
        private readonly ValueGetter<VBuffer<T>> _getter = upstream.GetGetter<VBuffer<T>>(column);

        public override Array NewValues(int rows) => new VBuffer<T>[rows];

        public override int Read(BlockRow to)
        {
            ref VBuffer<T> value = ref to.Block.Passed<VBuffer<T>>(Place)[to.Row];
            if (value.GetValues().Length > LargestKept)
                value = default;
            _getter(ref value);
            return value.GetValues().Length;
        }

        public override Delegate Getter(BlockRow row) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => row.Block.Passed<VBuffer<T>>(Place)[row.Row].CopyTo(ref value));
    }
}
