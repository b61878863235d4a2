using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Data.Grouping;

/// <summary>The time of a row, of any type, in a form that sorts.</summary>
/// <param name="Key">Sorts as the times do.</param>
/// <param name="Extra">The remainder of a time: minutes that its clock is ahead of UTC, or the kind of a DateTime.</param>
internal readonly record struct RowOrder(long Key, int Extra);

/// <summary>The column of times: reads them, and gives them back in the column's type.</summary>
internal abstract class OrderColumn(DataViewSchema.Column column)
{
    public DataViewSchema.Column Column => column;

    /// <summary>The kind of times, for a grid of time steps.</summary>
    public abstract TimeKind Kind { get; }

    public static OrderColumn Of(DataViewSchema.Column column) =>
        column.Type switch
        {
            DateTimeDataViewType => new Moments(column),
            DateTimeOffsetDataViewType => new OffsetMoments(column),
            _ => Type.GetTypeCode(column.Type.RawType) switch
            {
                TypeCode.Single => new Fractions<float>(column),
                TypeCode.Double => new Fractions<double>(column),
                _ => (OrderColumn)Activator.CreateInstance(typeof(Numbers<>).MakeGenericType(column.Type.RawType), column)!,
            },
        };

    /// <summary>A reader of the row's time.</summary>
    /// <exception cref="InvalidOperationException">The time is missing or out of range; the message names the row.</exception>
    public abstract Func<RowOrder> Open(IExceptionContext ectx, DataViewRow row);

    /// <summary>A getter of the column's type.</summary>
    public abstract Delegate MakeGetter(Func<RowOrder> current);

    /// <summary>A getter of a vector of the column's type, a time for each step.</summary>
    /// <param name="count">The steps of the current row.</param>
    /// <param name="current">Their times.</param>
    public abstract Delegate MakeStepsGetter(Func<int> count, Func<int, RowOrder> current);

    /// <summary>The time as text.</summary>
    public abstract string Text(RowOrder order);

    /// <summary>The time on a grid; null where it is not a whole number.</summary>
    public virtual long? OnGrid(RowOrder order, TimeGrid grid) => order.Key;

    /// <summary>The time of a grid's step after a row.</summary>
    public virtual RowOrder AtGrid(long time, TimeGrid grid, RowOrder before) => before with { Key = time };

    private protected static Exception Missing<T>(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, T time) =>
        ectx.Except(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Row {row.Position} has no time in the order column '{column.Name}', but {time}: remove such rows, or give each its time."
            )
        );

    private abstract class Typed<T>(DataViewSchema.Column column) : OrderColumn(column)
    {
        public override Func<RowOrder> Open(IExceptionContext ectx, DataViewRow row)
        {
            ValueGetter<T> getter = row.GetGetter<T>(Column);
            T value = default!;
            return () =>
            {
                getter(ref value);
                return OrderOf(value, ectx, row);
            };
        }

        public override Delegate MakeGetter(Func<RowOrder> current) => new ValueGetter<T>((ref T value) => value = ValueOf(current()));

        public override Delegate MakeStepsGetter(Func<int> count, Func<int, RowOrder> current) =>
            new ValueGetter<VBuffer<T>>(
                (ref VBuffer<T> value) =>
                {
                    VBufferEditor<T> editor = VBufferEditor.Create(ref value, count());
                    for (int t = 0; t < editor.Values.Length; t++)
                        editor.Values[t] = ValueOf(current(t));
                    value = editor.Commit();
                }
            );

        public override string Text(RowOrder order) => Convert.ToString(ValueOf(order), CultureInfo.InvariantCulture)!;

        private protected abstract RowOrder OrderOf(T value, IExceptionContext ectx, DataViewRow row);

        private protected abstract T ValueOf(RowOrder order);
    }

    private sealed class Numbers<T>(DataViewSchema.Column column) : Typed<T>(column)
        where T : IBinaryInteger<T>
    {
        // So that no difference of two times overflows.
        private const long Most = 1L << 62;

        public override TimeKind Kind => TimeKind.Number;

        private protected override RowOrder OrderOf(T value, IExceptionContext ectx, DataViewRow row)
        {
            long key = long.CreateSaturating(value);
            if (key is > Most or < -Most)
                throw ectx.Except(
                    $"Row {row.Position} has the time {value} in the order column '{Column.Name}': a time must be between -{Most} and "
                        + $"{Most}."
                );
            return new RowOrder(key, 0);
        }

        private protected override T ValueOf(RowOrder order) => T.CreateTruncating(order.Key);
    }

    private sealed class Fractions<T>(DataViewSchema.Column column) : Typed<T>(column)
        where T : IBinaryFloatingPointIeee754<T>
    {
        // Above it, Double does not represent every whole number.
        private const double MostWhole = 1L << 53;

        public override TimeKind Kind => TimeKind.Number;

        public override long? OnGrid(RowOrder order, TimeGrid grid)
        {
            double value = ToDouble(order.Key);
            return value == Math.Floor(value) && Math.Abs(value) <= MostWhole ? (long)value : null;
        }

        public override RowOrder AtGrid(long time, TimeGrid grid, RowOrder before) => new(ToKey(time), 0);

        private protected override RowOrder OrderOf(T value, IExceptionContext ectx, DataViewRow row) =>
            T.IsFinite(value) ? new RowOrder(ToKey(double.CreateTruncating(value)), 0) : throw Missing(ectx, row, Column, value);

        private protected override T ValueOf(RowOrder order) => T.CreateTruncating(ToDouble(order.Key));

        // The bits of negative numbers sort the other way round. Adding 0 makes one zero of two.
        private static long ToKey(double value)
        {
            long bits = BitConverter.DoubleToInt64Bits(value + 0.0);
            return bits >= 0 ? bits : bits ^ long.MaxValue;
        }

        private static double ToDouble(long key) => BitConverter.Int64BitsToDouble(key >= 0 ? key : key ^ long.MaxValue);
    }

    private sealed class Moments(DataViewSchema.Column column) : Typed<DateTime>(column)
    {
        private static readonly MomentCodec _text = new();

        public override TimeKind Kind => TimeKind.Moment;

        public override string Text(RowOrder order) => _text.Text(ValueOf(order));

        private protected override RowOrder OrderOf(DateTime value, IExceptionContext ectx, DataViewRow row) =>
            value != default ? new RowOrder(value.Ticks, (int)value.Kind) : throw Missing(ectx, row, Column, Text(default));

        private protected override DateTime ValueOf(RowOrder order) => new(order.Key, (DateTimeKind)order.Extra);
    }

    private sealed class OffsetMoments(DataViewSchema.Column column) : Typed<DateTimeOffset>(column)
    {
        private static readonly OffsetCodec _text = new();

        public override TimeKind Kind => TimeKind.OffsetMoment;

        public override string Text(RowOrder order) => _text.Text(ValueOf(order));

        public override long? OnGrid(RowOrder order, TimeGrid grid) => grid.TimeOf(new RowTime(order.Key, Offset(order)));

        public override RowOrder AtGrid(long time, TimeGrid grid, RowOrder before) =>
            before with
            {
                Key = grid.IsOfClock ? time - Offset(before) : time,
            };

        private protected override RowOrder OrderOf(DateTimeOffset value, IExceptionContext ectx, DataViewRow row) =>
            value != default
                ? new RowOrder(value.UtcTicks, (int)value.Offset.TotalMinutes)
                : throw Missing(ectx, row, Column, Text(default));

        private protected override DateTimeOffset ValueOf(RowOrder order) =>
            new DateTimeOffset(order.Key, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(order.Extra));

        private static long Offset(RowOrder order) => order.Extra * TimeSpan.TicksPerMinute;
    }
}
