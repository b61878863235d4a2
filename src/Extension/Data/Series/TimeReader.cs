using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Reads a row's time as a whole number: of a moment its ticks (with an offset, those of its universal time). One per row or cursor.</summary>
internal sealed class TimeReader
{
    private readonly Func<long> _read;

    private TimeReader(Func<long> read)
    {
        _read = read;
    }

    /// <summary>The row's time.</summary>
    /// <exception cref="InvalidOperationException">It is a number that is not whole.</exception>
    public long Read() => _read();

    /// <summary>What a time column may be, for an error message.</summary>
    public static string Expected(CalendarFeatures calendar) =>
        calendar == CalendarFeatures.None ? "DateTime, DateTimeOffset, or a number that is whole" : "DateTime or DateTimeOffset, as calendar features need";

    public static bool CanRead(DataViewType type, CalendarFeatures calendar) =>
        IsMoment(type) || (calendar == CalendarFeatures.None && type is not KeyDataViewType &&
            (type.RawType == typeof(int) || type.RawType == typeof(long) || type.RawType == typeof(float) || type.RawType == typeof(double)));

    /// <summary>Whether a column's times are dates with times of day.</summary>
    public static bool IsMoment(DataViewType type) => type is DateTimeDataViewType or DateTimeOffsetDataViewType;

    public static TimeReader Open(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column) => new(column.Type.RawType switch
    {
        Type type when type == typeof(DateTime) => Reader<DateTime>(row, column, time => time.Ticks),
        Type type when type == typeof(DateTimeOffset) => Reader<DateTimeOffset>(row, column, time => time.UtcTicks),
        Type type when type == typeof(int) => Reader<int>(row, column, time => time),
        Type type when type == typeof(long) => Reader<long>(row, column, time => time),
        Type type when type == typeof(float) => Reader<float>(row, column, time => Whole(ectx, row, column, time)),
        _ => Reader<double>(row, column, time => Whole(ectx, row, column, time)),
    });

    private static Func<long> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, long> convert)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return convert(value);
        };
    }

    private static long Whole(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, double time) =>
        time == Math.Floor(time) && Math.Abs(time) < 1L << 53 ? (long)time : throw ectx.Except(FormattableString.Invariant(
            $"Row {row.Position} has the time {time} in column '{column.Name}', which is no whole number: number the steps, or give DateTime values."));
}
