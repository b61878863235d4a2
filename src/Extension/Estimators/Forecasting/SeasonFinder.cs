using RnnMlNet.Data.Series;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Finds the number of steps of a season: the lag at which a series differs least from itself, relative to lags of about half of it (the
/// average magnitude difference function; Ross et al., "Average Magnitude Difference Function Pitch Extractor", 1974). A calendar proposes
/// lags; without one, or where the series does not follow it, all lags are tried.
/// </summary>
internal sealed class SeasonFinder
{
    // Enough series to find a season, however many there are.
    private const int MostSeries = 100,
        MostChannels = 4,
        MostSteps = 4000,
        LongestLag = 400;

    // At a season the difference is at least a tenth lower than between; a shorter season is preferred where it is nearly as clear.
    private const double Clear = 0.9,
        NearlyAsClear = 0.08;

    // Among many lags some have lower differences by chance, but none by this many standard errors.
    private const double Chance = 4,
        MostByChance = 0.5;

    // By lag: mean differences in deviations, and their number.
    private readonly double[] _differences,
        _compared;

    /// <param name="series">The series, as far as they are trained on.</param>
    public SeasonFinder(IReadOnlyList<TimeSeries> series)
    {
        int longest = series.Max(one => one.Length),
            most = Math.Min(LongestLag, longest / 3);
        TimeSeries[] sample = [.. series.Where((_, s) => s % Math.Max(1, series.Count / MostSeries) == 0)];
        double[] sums = new double[most + 1],
            counts = new double[most + 1];
        _compared = new double[most + 1];
        foreach (TimeSeries one in sample)
            for (int channel = 0; channel < Math.Min(one.TargetCount, MostChannels); channel++)
            {
                int first = Math.Max(0, one.Length - MostSteps);
                Add(one.Targets(channel, first, one.Length - first), sums, counts);
            }
        _differences = [.. sums.Zip(counts, (sum, count) => count > 0 ? sum / count : double.NaN)];
    }

    /// <summary>The steps of a season, 1 for none.</summary>
    /// <param name="grid">The steps of the times; null where there are none.</param>
    public int Find(TimeGrid? grid)
    {
        int[] usual = [.. OfCalendar(grid).Where(lag => lag < _differences.Length)];
        int[] lags = [.. usual, .. Enumerable.Range(2, Math.Max(0, _differences.Length - 2)).Where(IsValley)];
        (int Lag, double Clarity)[] clear =
        [
            .. lags.Select(lag => (Lag: lag, Clarity: Clarity(lag)))
                .Where(one =>
                    one.Clarity < Clear
                    && (usual.Contains(one.Lag) || one.Clarity < 1 - Math.Min(MostByChance, Chance / Math.Sqrt(_compared[one.Lag])))
                ),
        ];
        if (clear.Length == 0)
            return usual.FirstOrDefault(1);
        // The calendar's own seasons come before others that are nearly as clear.
        double best = clear.Min(one => one.Clarity);
        (int Lag, double Clarity)[] good = [.. clear.Where(one => one.Clarity <= best + NearlyAsClear)];
        int known = good.Select(one => one.Lag).Where(usual.Contains).DefaultIfEmpty(0).Min();
        return known > 0 ? known : good.Min(one => one.Lag);
    }

    /// <summary>The seasons of a calendar with these steps, the most common first.</summary>
    public static int[] OfCalendar(TimeGrid? grid)
    {
        if (grid is null || grid.Kind == TimeKind.Number)
            return [];
        return grid.Unit switch
        {
            StepUnit.Months => grid.Step < 12 && 12 % grid.Step == 0 ? [(int)(12 / grid.Step)] : [],
            StepUnit.Days when !grid.Days.IsAll => [int.PopCount(grid.Days.Weekdays & DayCalendar.All.Weekdays)],
            StepUnit.Days => OfTicks(grid.Step * TimeSpan.TicksPerDay),
            StepUnit.Fixed => OfTicks(grid.Step, int.PopCount(grid.Days.Weekdays)),
            _ => throw new ArgumentOutOfRangeException(nameof(grid), grid.Unit, null),
        };
    }

    private static int[] OfTicks(long step, int daysOfWeek = 7)
    {
        long day = TimeSpan.TicksPerDay,
            hour = TimeSpan.TicksPerHour,
            week = daysOfWeek * day;
        long[] cycles = step switch
        {
            _ when step < TimeSpan.TicksPerMinute => [TimeSpan.TicksPerMinute, hour],
            _ when step < hour => [day, hour],
            _ when step < day => [day, week],
            _ when step < week => [week, 365 * day],
            _ => [52 * week],
        };
        return [.. cycles.Where(cycle => cycle % step == 0).Select(cycle => (int)(cycle / step)).Where(lag => lag > 1)];
    }

    // The difference at a lag relative to those at about half of it.
    private double Clarity(int lag)
    {
        if (double.IsNaN(_differences[lag]))
            return double.PositiveInfinity;
        double[] between =
        [
            .. Enumerable
                .Range((lag + 2) / 3, Math.Max(1, 2 * lag / 3 - (lag + 2) / 3 + 1))
                .Where(other => other < lag)
                .Select(other => _differences[other]),
        ];
        double usual = between.DefaultIfEmpty(_differences[1]).Average();
        return usual > 0 ? _differences[lag] / usual : double.PositiveInfinity;
    }

    private bool IsValley(int lag) =>
        lag + 1 < _differences.Length && _differences[lag] <= _differences[lag - 1] && _differences[lag] <= _differences[lag + 1];

    private void Add(ReadOnlySpan<float> values, double[] sums, double[] counts)
    {
        double deviation = SeriesUnits.Deviation(values);
        if (!(deviation > 0))
            return;
        // A lag counts where there are at least as many steps after it as in it. A trend adds to all lags, and is removed.
        double trend = ((double)values[^1] - values[0]) / Math.Max(1, values.Length - 1);
        for (int lag = 1; lag < sums.Length && 2 * lag <= values.Length; lag++)
        {
            double sum = 0;
            for (int t = lag; t < values.Length; t++)
                sum += Math.Abs((double)values[t] - values[t - lag] - trend * lag);
            sums[lag] += sum / (values.Length - lag) / deviation;
            counts[lag]++;
            _compared[lag] += values.Length - lag;
        }
    }
}
