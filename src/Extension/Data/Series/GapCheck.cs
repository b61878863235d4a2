using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Series;

/// <summary>Rejects steps without a row: all where MissingSteps is Refuse, else gaps so wide that a row's time must be wrong.</summary>
internal sealed class GapCheck(IExceptionContext ectx, SeriesColumns columns, TimeGrid? grid)
{
    private const long MostOfAll = 10_000,
        MostPerRow = 10;

    /// <exception cref="InvalidOperationException">Steps are missing, or too many.</exception>
    public void Check(IReadOnlyList<SeriesPositions> series)
    {
        if (grid is null)
            return;
        if (columns.MissingSteps == MissingSteps.Refuse)
            foreach (SeriesPositions one in series)
                if (one.Gaps > 0)
                    throw Refused(one);
        long gaps = series.Sum(one => one.Gaps),
            rows = series.Sum(one => (long)one.Order.Length);
        if (gaps > MostOfAll + MostPerRow * rows)
            throw TooMany(series, gaps, rows);
    }

    private Exception Refused(SeriesPositions series)
    {
        int expected = series.First;
        foreach (int row in series.Order)
        {
            if (series.Steps[row] != expected)
                break;
            expected++;
        }
        string hint = grid!.CanClose
            ? "List days that never have a row in the ClosedDays of the Calendar."
            : "Gaps often come from a random split or a filter.";
        return ectx.Except(
            $"{series.Raw.Name} has no row for {grid.Text(grid.TimeAt(series.Origin, expected))} ({series.Gaps} such steps; rows are "
                + $"{grid.StepText} apart), and MissingSteps is Refuse: "
                + $"set it to LastValue or Linear to impute such steps, or correct the data. {hint}"
        );
    }

    private Exception TooMany(IReadOnlyList<SeriesPositions> series, long gaps, long rows)
    {
        var widest = series
            .Where(one => one.Order.Length > 1)
            .SelectMany(one => one.Order.Zip(one.Order.Skip(1), (earlier, later) => (Series: one, Earlier: earlier, Later: later)))
            .MaxBy(pair => pair.Series.Steps[pair.Later] - pair.Series.Steps[pair.Earlier]);
        RawSeries raw = widest.Series.Raw;
        return ectx.Except(
            $"{gaps} steps ({grid!.StepText}) would have to be imputed for {rows} rows, most of them between "
                + $"{grid.Text(grid.TimeOf(raw.Time(widest.Earlier)))} and "
                + $"{grid.Text(grid.TimeOf(raw.Time(widest.Later)))}{(raw.Key.Length > 0 ? $" in the series '{raw.Key}'" : "")}: "
                + "correct the time of one of these rows, or set Frequency to the step between rows."
        );
    }
}
