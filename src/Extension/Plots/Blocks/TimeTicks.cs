using System.Globalization;

namespace RnnMlNet.Plots.Blocks;

/// <summary>Starts of years, months, days, hours, minutes and seconds along an axis.</summary>
internal static class TimeTicks
{
    private static readonly double _longest = DateTime.MaxValue.Ticks;

    private static readonly TickUnit[] _units =
    [
        .. Clock(TimeSpan.FromMilliseconds(1), "HH:mm:ss.fff", 1, 2, 5, 10, 20, 50, 100, 200, 500),
        .. Clock(TimeSpan.FromSeconds(1), "HH:mm:ss", 1, 2, 5, 10, 15, 30),
        .. Clock(TimeSpan.FromMinutes(1), "HH:mm", 1, 2, 5, 10, 15, 30),
        .. Clock(TimeSpan.FromHours(1), "MM-dd HH:mm", 1, 2, 3, 6, 12),
        .. Clock(TimeSpan.FromDays(1), "yyyy-MM-dd", 1, 2, 7, 14),
        .. Calendar("yyyy-MM", 1, 2, 3, 6),
        .. Calendar("yyyy", 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000),
    ];

    /// <param name="low">The lower limit in DateTime ticks.</param>
    /// <param name="high">The upper limit in DateTime ticks.</param>
    /// <param name="most">Maximum number of marks.</param>
    public static IReadOnlyList<Tick> Of(double low, double high, int most)
    {
        var from = new DateTime((long)Math.Clamp(low, 0, _longest));
        var to = new DateTime((long)Math.Clamp(high, 0, _longest));
        foreach (TickUnit unit in _units)
        {
            // Before the marks are enumerated: they might be millions.
            if ((high - low) / unit.ShortestTicks > most + 1)
                continue;
            DateTime[] times = [.. Places(unit, from, to)];
            if (times.Length <= most)
                return [.. times.Select(time => new Tick(time.Ticks, time.ToString(unit.Format, CultureInfo.InvariantCulture)))];
        }
        return [];
    }

    private static IEnumerable<DateTime> Places(TickUnit unit, DateTime from, DateTime to)
    {
        for (DateTime? place = unit.AtOrAfter(from); place <= to; place = unit.After(place.Value))
            yield return place.Value;
    }

    private static IEnumerable<TickUnit> Clock(TimeSpan unit, string format, params long[] multiples) =>
        multiples.Select(count => new TickUnit(unit.Ticks * count, 0, format));

    private static IEnumerable<TickUnit> Calendar(string format, params int[] months) =>
        months.Select(count => new TickUnit(0, count, format));

    /// <summary>A distance of marks: of equal ticks, or of months.</summary>
    private sealed record TickUnit(long Ticks, int Months, string Format)
    {
        public double ShortestTicks => Months == 0 ? Ticks : Months * (double)TimeSpan.FromDays(28).Ticks;

        public DateTime? AtOrAfter(DateTime time)
        {
            if (Months == 0)
                return Moment((time.Ticks + Ticks - 1) / Ticks * Ticks);
            long begin = MonthOf(time) / Months * Months;
            return Month(begin) is DateTime place && place >= time ? place : Month(begin + Months);
        }

        public DateTime? After(DateTime place) => Months == 0 ? Moment(place.Ticks + Ticks) : Month(MonthOf(place) + Months);

        // Counted from the year 0, so that multiples of years are round.
        private static long MonthOf(DateTime time) => time.Year * 12L + time.Month - 1;

        private static DateTime? Month(long month) =>
            month / 12 is >= 1 and <= 9999 ? new DateTime((int)(month / 12), (int)(month % 12) + 1, 1) : null;

        private static DateTime? Moment(long ticks) => ticks <= DateTime.MaxValue.Ticks ? new DateTime(ticks) : null;
    }
}
