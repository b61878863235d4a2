using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Models.Forecasting;

/// <summary>The only reader and writer of calendars in files.</summary>
/// <remarks>
/// *** Binary format ***
/// bool: there is a calendar, and of it for holidays, then closed days int: their number, and of each int: day, string: name, empty for
/// none; byte: a bit for each closed weekday, Sunday's the lowest
/// </remarks>
internal static class CalendarFormat
{
    private const int EveryWeekday = 0b1111111;

    public static void Write(BinaryWriter w, SeriesCalendar? calendar)
    {
        w.Write(calendar is not null);
        if (calendar is null)
            return;
        foreach (CalendarDay[] days in (CalendarDay[][])[calendar.Holidays, calendar.ClosedDays])
        {
            w.Write(days.Length);
            foreach (CalendarDay day in days)
            {
                w.Write(day.Date.DayNumber);
                w.Write(day.Name ?? "");
            }
        }
        w.Write((byte)calendar.ClosedWeekdays.Aggregate(0, (all, day) => all | 1 << (int)day));
    }

    /// <param name="r">At the calendar.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static SeriesCalendar? Read(PayloadReader r, string what)
    {
        if (!r.ReadBoolean())
            return null;
        CalendarDay[] holidays = Days(r, what),
            closed = Days(r, what);
        int weekdays = r.ReadByte();
        if (weekdays >= EveryWeekday || holidays.Length + closed.Length + weekdays == 0)
            throw Contracts.ExceptDecode($"{what} is damaged: its calendar closes all weekdays, or has no day.");
        return new SeriesCalendar
        {
            Holidays = holidays,
            ClosedDays = closed,
            ClosedWeekdays = [.. Enum.GetValues<DayOfWeek>().Where(day => (weekdays & 1 << (int)day) != 0)],
        };
    }

    private static CalendarDay[] Days(PayloadReader r, string what)
    {
        var days = new CalendarDay[r.ReadCount(sizeof(int) + 1, "days of the calendar")];
        for (int i = 0; i < days.Length; i++)
        {
            int day = r.ReadInt32();
            if (day < 0 || day > DateOnly.MaxValue.DayNumber)
                throw Contracts.ExceptDecode($"{what} is damaged: day {day} of its calendar is impossible.");
            string name = r.ReadString();
            days[i] = new CalendarDay(DateOnly.FromDayNumber(day), name.Length == 0 ? null : name);
        }
        return days;
    }
}
