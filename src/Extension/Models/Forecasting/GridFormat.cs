using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Models.Forecasting;

/// <summary>The only reader and writer of the steps of times in files.</summary>
/// <remarks>
/// *** Binary format ***
/// bool: there is a grid, and of it 2 bytes: kind, unit; longs: step, clock's offset; byte: weekdays; 2 bytes: least and most day of the
/// month; int: number of closed days, and as many ints: days
/// </remarks>
internal static class GridFormat
{
    public static void Write(BinaryWriter w, TimeGrid? grid)
    {
        w.Write(grid is not null);
        if (grid is null)
            return;
        w.Write((byte)grid.Kind);
        w.Write((byte)grid.Unit);
        w.Write(grid.Step);
        w.Write(grid.ClockOffset);
        w.Write((byte)grid.Days.Weekdays);
        w.Write((byte)grid.Day.Least);
        w.Write((byte)grid.Day.Most);
        w.Write(grid.Days.Closed.Count);
        foreach (int day in grid.Days.Closed)
            w.Write(day);
    }

    /// <param name="r">At the grid.</param>
    /// <param name="columns">The columns that it belongs to.</param>
    /// <returns>The grid, which may be invalid (<see cref="TimeGrid.IsSound"/>); null for none.</returns>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static TimeGrid? Read(PayloadReader r, SeriesColumns columns)
    {
        if (!r.ReadBoolean())
            return null;
        var grid = new TimeGrid((TimeKind)r.ReadByte(), (StepUnit)r.ReadByte(), r.ReadInt64())
        {
            Zone = columns.Zone,
            ClockOffset = r.ReadInt64(),
        };
        int weekdays = r.ReadByte();
        var day = new MonthDay(r.ReadByte(), r.ReadByte());
        var closed = new int[r.ReadCount(sizeof(int), "closed days")];
        for (int i = 0; i < closed.Length; i++)
            closed[i] = r.ReadInt32();
        return grid with { Days = new DayCalendar(weekdays, closed), Day = day };
    }
}
