using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Reads a row's time: a whole number, or a moment with its clock time. One per row or cursor.</summary>
internal sealed class TimeReader
{
    // So that no difference of two times overflows.
    private const long MostNumber = 1L << 62;

    // Above it, Single does not represent every whole number.
    private const float MostSingle = 1 << 24;

    private const double MostDouble = 1L << 53;

    private readonly Func<RowTime> _read;

    private TimeReader(Func<RowTime> read)
    {
        _read = read;
    }

    /// <summary>The row's time.</summary>
    /// <exception cref="InvalidOperationException">The time is not a whole number or is too large, or is a local DateTime where a zone is
    /// set.</exception>
    public RowTime Read() => _read();

    /// <summary>The types of a time column, for an error message.</summary>
    public static string Expected(SeriesColumns columns) =>
        columns.NeedMoments is string reason
            ? $"DateTime or DateTimeOffset, as {reason}"
            : "DateTime, DateTimeOffset, or a number that is whole";

    public static bool CanRead(DataViewType type, SeriesColumns columns) =>
        IsMoment(type) || (columns.NeedMoments is null && type is NumberDataViewType);

    /// <summary>The kind of a column's times.</summary>
    public static TimeKind KindOf(DataViewType type, TimeZoneInfo? zone) =>
        !IsMoment(type) ? TimeKind.Number
        : zone is not null ? TimeKind.ZonedMoment
        : type is DateTimeOffsetDataViewType ? TimeKind.OffsetMoment
        : TimeKind.Moment;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">The column.</param>
    /// <param name="zone">The time zone, with which a DateTime is universal time; null for the clock of the values themselves.</param>
    public static TimeReader Open(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, TimeZoneInfo? zone)
    {
        return new TimeReader(
            Type.GetTypeCode(column.Type.RawType) switch
            {
                TypeCode.DateTime => Reader<DateTime>(row, column, Moment),
                TypeCode.SByte => Reader<sbyte>(row, column, time => new RowTime(time)),
                TypeCode.Byte => Reader<byte>(row, column, time => new RowTime(time)),
                TypeCode.Int16 => Reader<short>(row, column, time => new RowTime(time)),
                TypeCode.UInt16 => Reader<ushort>(row, column, time => new RowTime(time)),
                TypeCode.Int32 => Reader<int>(row, column, time => new RowTime(time)),
                TypeCode.UInt32 => Reader<uint>(row, column, time => new RowTime(time)),
                TypeCode.Int64 => Reader<long>(
                    row,
                    column,
                    time => new RowTime(Int128.Abs(time) < MostNumber ? time : throw TooLarge(time))
                ),
                TypeCode.UInt64 => Reader<ulong>(row, column, time => new RowTime(time < MostNumber ? (long)time : throw TooLarge(time))),
                TypeCode.Single => Reader<float>(row, column, time => new RowTime(Whole(time, MostSingle))),
                TypeCode.Double => Reader<double>(row, column, time => new RowTime(Whole(time, MostDouble))),
                TypeCode.Object when column.Type is DateTimeOffsetDataViewType => Reader<DateTimeOffset>(row, column, OffsetMoment),
                _ => throw ectx.Except($"No time can be read from the column '{column.Name}' of type {column.Type}."),
            }
        );

        RowTime Moment(DateTime time)
        {
            if (zone is null)
                return new RowTime(time.Ticks);
            if (time.Kind == DateTimeKind.Local)
                throw ectx.Except(
                    $"Row {row.Position} has a time of DateTimeKind.Local in column '{column.Name}', but with a TimeZone DateTime "
                        + $"values are universal time: "
                        + "give time.ToUniversalTime(), or DateTimeOffset values."
                );
            return new RowTime(time.Ticks, zone.GetUtcOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)).Ticks);
        }

        RowTime OffsetMoment(DateTimeOffset time) => new(time.UtcTicks, (zone?.GetUtcOffset(time) ?? time.Offset).Ticks);

        long Whole(double time, double most)
        {
            if (!(time == Math.Floor(time)))
                throw ectx.Except(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Row {row.Position} has the time {time} in column '{column.Name}', which is not whole: number the steps, or "
                            + $"give DateTime values."
                    )
                );
            return Math.Abs(time) <= most ? (long)time : throw TooLarge(time);
        }

        Exception TooLarge<T>(T time) =>
            ectx.Except(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {row.Position} has the time {time} in column '{column.Name}', which {column.Type} cannot count steps by: its "
                        + $"neighbours are too far apart or too large. Give smaller numbers, Int64 or DateTime values."
                )
            );
    }

    /// <summary>Whether a column's times are dates with times of day.</summary>
    private static bool IsMoment(DataViewType type) => type is DateTimeDataViewType or DateTimeOffsetDataViewType;

    private static Func<RowTime> Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, RowTime> convert)
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
