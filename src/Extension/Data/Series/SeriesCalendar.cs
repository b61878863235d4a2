using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet;

/// <summary>
/// Holidays and closed days, past and future ones, given once as <see cref="RnnForecastingOptions.Calendar"/>. Days are by the clock of the
/// series: that of <see cref="RnnForecastingOptions.TimeZone"/> where it is set. The days are stored in the model.
/// </summary>
/// <remarks>
/// Closed days are no steps of series of days, business days, and hours or other equal parts of a day: a gap over them is no gap, and
/// forecasts skip them. What the network reads at each step, past and future, where the calendar has such days: whether the day is a
/// holiday (for steps longer than a day the number of holidays in them), and the number of closed days from the step to the next.
/// </remarks>
public sealed class SeriesCalendar
{
    /// <summary>Days whose values differ from those of other days of their weekday. Default none.</summary>
    public CalendarDay[] Holidays { get; set; } = [];

    /// <summary>Dates that have no rows in series of days or of parts of a day, such as those on which a shop or an exchange is closed.
    /// Default none.</summary>
    public CalendarDay[] ClosedDays { get; set; } = [];

    /// <summary>Days of every week that have no rows in series of days or of parts of a day. Default none: in series of days, weekdays that
    /// never have a row are found.</summary>
    public DayOfWeek[] ClosedWeekdays { get; set; } = [];

    /// <summary>The number of its days, as text.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Holidays.Length} holidays, {ClosedDays.Length} closed days, closed weekdays: "
                + $"{(ClosedWeekdays.Length == 0 ? "none" : string.Join(", ", ClosedWeekdays))}"
        );

    internal SeriesCalendar Clone() =>
        new()
        {
            Holidays = [.. Holidays],
            ClosedDays = [.. ClosedDays],
            ClosedWeekdays = [.. ClosedWeekdays],
        };
}

/// <summary>A day of a calendar. A <see cref="DateOnly"/> converts to it.</summary>
/// <param name="Date">The date.</param>
/// <param name="Name">Its name, such as <c>Christmas Day</c>, for messages; null for none.</param>
public sealed record CalendarDay(DateOnly Date, string? Name = null)
{
    /// <summary>A day without a name.</summary>
    public static implicit operator CalendarDay(DateOnly date) => FromDateOnly(date);

    /// <summary>A day without a name.</summary>
    /// <param name="date">The date.</param>
    /// <returns>The day.</returns>
    public static CalendarDay FromDateOnly(DateOnly date) => new(date);

    /// <summary>The date as text, and the name where there is one.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Date:yyyy-MM-dd}{(Name is null ? "" : $" ({Name})")}");

    /// <summary>
    /// Reads days from a CSV file in UTF-8: on each line a date as <c>2026-12-25</c>, and after a comma, a semicolon or a tab its name,
    /// which may be missing or in double quotes. A first line without a date is a header; empty lines are skipped.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The days, in the file's order.</returns>
    /// <exception cref="FormatException">A line has no date, or more than two values; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CalendarDay[] FromCsv(string path)
    {
        Contracts.CheckNonWhiteSpace(path, nameof(path));
        return [.. CalendarCsv.Read(path).Select(day => new CalendarDay(day.Date, day.Name))];
    }

    /// <summary>Reads days from the rows of a data view.</summary>
    /// <param name="data">The rows, a day each.</param>
    /// <param name="dateColumnName">Name of the column of dates: DateTime at midnight, or Text as <c>2026-12-25</c>.</param>
    /// <param name="nameColumnName">Name of the column of names, Text; null for none.</param>
    /// <returns>The days, in the rows' order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="FormatException">A row has no date; the message names the row.</exception>
    public static CalendarDay[] FromRows(IDataView data, string dateColumnName = "Date", string? nameColumnName = null)
    {
        Contracts.CheckValue(data, nameof(data));
        return [.. CalendarRows.Read(data, dateColumnName, nameColumnName).Select(day => new CalendarDay(day.Date, day.Name))];
    }
}
