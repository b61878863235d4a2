using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Streaming;

/// <summary>The rules for the next steps of a series: their times, and which values may be missing.</summary>
/// <param name="ectx">Creates the errors.</param>
/// <param name="columns">The columns.</param>
/// <param name="grid">The time grid; null where there are no times.</param>
/// <param name="reach">Steps that a forecast is made from.</param>
internal sealed class ObservationRules(IExceptionContext ectx, SeriesColumns columns, TimeGrid? grid, int reach)
{
    /// <summary>Steps that a forecast is made from.</summary>
    public int LookBack => reach;

    /// <summary>The id of a series by its key, which the network embeds; null where it embeds none.</summary>
    public Func<string, int, float>? IdOf { get; init; }

    /// <summary>The static values of a series that begins with a row.</summary>
    public float[] Statics(string key, float[] row) => StaticValues.Of(row, IdOf?.Invoke(key, 0));

    /// <summary>Whether a value that is present interpolates the imputed ones before it.</summary>
    public bool ByLine => columns.MissingSteps == MissingSteps.Linear;

    /// <summary>The series with its start moved by some steps.</summary>
    public KeyedSeries From(KeyedSeries series, int step)
    {
        KeyedSeries rest = series with
        {
            Steps = series.Steps.Slice(step, series.Steps.Length - step),
            Start = grid?.TimeAt(series.Origin, step) ?? 0,
        };
        return rest with { Offsets = rest.Offsets.From(rest.Start) };
    }

    /// <summary>An empty series with the start of its first row.</summary>
    public KeyedSeries Begin(KeyedSeries series, RowTime time)
    {
        if (grid is null)
            return series;
        long start = grid.TimeOf(time);
        series.Steps.FirstNumber = grid.NumberOf(start);
        return series with { Start = start, Day = grid.OriginAt(start).Day, Offsets = OffsetsWith(series, time) };
    }

    /// <summary>A series updated with the offset and day of a later row.</summary>
    public KeyedSeries With(KeyedSeries series, RowTime time) =>
        grid is null
            ? series
            : series with
            {
                Day = grid.Narrow(series.Origin, grid.TimeOf(time)).Day,
                Offsets = OffsetsWith(series, time),
            };

    /// <summary>Number of steps missing between a series' last and a time.</summary>
    /// <exception cref="InvalidOperationException">The time is not later than the last, is not on a step, or leaves a gap that may not be
    /// filled.</exception>
    public int Gap(KeyedSeries series, RowTime time)
    {
        if (grid is null)
            return 0;
        if (!grid.HasClockOf(time))
            throw ectx.Except($"{Name(series)} {grid.OtherClock(time)}");
        long own = grid.TimeOf(time);
        if (!grid.IsOpen(own))
            throw ectx.Except(
                $"{Name(series)} has a row at {grid.Text(own)}, which is a day without a step (steps are {grid.StepText} "
                    + $"apart): leave the row out."
            );
        if (series.Steps.Length == 0)
            return 0;
        string last = grid.Text(grid.TimeAt(series.Origin, series.Steps.Length - 1));
        long steps =
            grid.StepsBetween(series.Origin, own)
            ?? throw ectx.Except(
                $"{Name(series)} has a row at {grid.Text(own)}, which is not a whole number of steps ({grid.StepText}) "
                    + $"after its last, {last}: the model supports equal steps of that length only.{grid.ZoneHint(series.Start, own)}"
            );
        long gap = steps - series.Steps.Length;
        if (gap < 0)
            throw ectx.Except(
                $"{Name(series)} has a row at {grid.Text(own)}, which is not later than its last, {last}: observe the "
                    + $"rows of a series in the order of time, each once."
            );
        if (gap > 0 && columns.MissingSteps == MissingSteps.Refuse)
            throw ectx.Except(
                $"{Name(series)} has a row at {grid.Text(own)}, but its last was {last}, so that {gap} steps "
                    + $"({grid.StepText}) are missing, and MissingSteps is Refuse: train with LastValue or Linear to "
                    + $"impute such steps, "
                    + $"or observe them."
            );
        if (gap >= reach)
            throw ectx.Except(
                $"{Name(series)} has a row at {grid.Text(own)}, but its last was {last}: the {gap} steps between are more "
                    + $"than a window of {reach}, so that a forecast would use imputed values alone. Reset the "
                    + $"series to start it anew."
            );
        return (int)gap;
    }

    /// <summary>Checks a row's values.</summary>
    /// <exception cref="InvalidOperationException">A value is infinite, or missing where MissingSteps is Refuse.</exception>
    public void Check(KeyedSeries series, ReadOnlySpan<float> numbers)
    {
        foreach (float number in numbers)
            if (float.IsInfinity(number))
                throw ectx.Except(
                    $"{Name(series)} has a row with an infinite value: correct it, or make it NaN and train with "
                        + $"MissingSteps LastValue or Linear."
                );
        if (!numbers.Contains(float.NaN))
            return;
        if (columns.MissingSteps == MissingSteps.Refuse)
            throw ectx.Except(
                $"{Name(series)} has a row with a missing value (NaN), and MissingSteps is Refuse: train with LastValue or Linear to "
                    + $"impute such values, or leave the row out."
            );
        if (series.Steps.Length == 0)
            throw ectx.Except(
                $"{Name(series)} begins with a missing value (NaN), without an earlier value to repeat: " + "begin with a complete row."
            );
    }

    /// <summary>Checks that a row has the series' static values.</summary>
    /// <exception cref="InvalidOperationException">They differ, or one is missing.</exception>
    public void CheckStatics(KeyedSeries series, float[] statics) =>
        StaticValues.Check(ectx, columns.Static, Name(series), series.Steps.Length == 0 ? statics : series.Steps.Statics, statics);

    /// <exception cref="InvalidOperationException">The window of a series is still not full with so many more steps.</exception>
    public void CheckIsFull(KeyedSeries series, int more)
    {
        int steps = series.Steps.Length + more;
        if (steps < reach)
            throw ectx.Except(
                $"{Name(series)} has had {steps} steps, but a forecast is made from {reach}: observe more of its rows first."
            );
    }

    /// <summary>The known future values of a step, calendar features included.</summary>
    /// <param name="given">The given values.</param>
    /// <param name="series">The series.</param>
    /// <param name="step">The step.</param>
    public float[] Known(ReadOnlySpan<float> given, KeyedSeries series, int step)
    {
        var known = new float[given.Length + columns.CalendarCount];
        given.CopyTo(known);
        if (columns.CalendarCount > 0)
            columns.WriteCalendar(grid!, series, step, known.AsSpan(given.Length));
        return known;
    }

    /// <summary>Sorts future rows by time, and checks that they are the steps after a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Steps that are needed.</param>
    /// <returns>The rows of the steps, and the series with its clock continued by them.</returns>
    /// <exception cref="InvalidOperationException">A row belongs to another series, or the rows do not start one step after the series'
    /// last, or have gaps.</exception>
    public (ComingRow[] Rows, KeyedSeries Series) Follow(KeyedSeries series, ComingRow[] rows, int count)
    {
        foreach (ComingRow row in rows)
            if (row.Key != series.Key)
                throw ectx.Except(
                    $"A future row{(grid is null ? "" : $" at {grid.Text(grid.TimeOf(row.Time))}")} is of the series '{row.Key}', "
                        + $"but the requested forecast is of '{series.Key}': give rows of that series alone."
                );
        if (grid is null || series.Steps.Length == 0)
            return (rows[..Math.Min(count, rows.Length)], series);
        ComingRow[] ordered = [.. rows.OrderBy(row => row.Time.Instant).Take(count)];
        KeyedSeries going = series;
        for (int h = 0; h < ordered.Length; h++)
        {
            if (!grid.HasClockOf(ordered[h].Time))
                throw ectx.Except($"{Name(series)} {grid.OtherClock(ordered[h].Time)}");
            long own = grid.TimeOf(ordered[h].Time);
            if (!grid.IsOpen(own) || grid.StepsBetween(going.Origin, own) != series.Steps.Length + h)
                throw WrongTime(going, own, h, h == 0 ? 0 : grid.TimeOf(ordered[h - 1].Time));
            going = With(going, ordered[h].Time);
        }
        return (ordered, going);
    }

    private Exception WrongTime(KeyedSeries series, long time, int place, long before)
    {
        string expected = grid!.Text(grid.TimeAt(series.Origin, series.Steps.Length + place));
        return ectx.Except(
            place == 0
                ? $"The future rows begin at {grid.Text(time)}, but the step after the last of {Of(series)}, "
                    + $"{grid.Text(grid.TimeAt(series.Origin, series.Steps.Length - 1))}, is {expected}: give the rows that follow it, one "
                    + $"for each step ({grid.StepText}).{grid.ZoneHint(series.Start, time)}"
                : $"Among the future rows, {grid.Text(time)} follows {grid.Text(before)}, but the next step is {expected}: give one row "
                    + $"for each step ({grid.StepText}), none twice.{grid.ZoneHint(series.Start, time)}"
        );
    }

    private ClockOffsets OffsetsWith(KeyedSeries series, RowTime time) =>
        grid is { Kind: TimeKind.OffsetMoment, IsOfClock: false } ? series.Offsets.With(time) : series.Offsets;

    private static string Of(KeyedSeries series) => series.Key.Length > 0 ? $"the series '{series.Key}'" : "the series";

    private static string Name(KeyedSeries series) => series.Key.Length > 0 ? $"The series '{series.Key}'" : "The series";
}

/// <summary>A future row.</summary>
/// <param name="Key">Its series' key.</param>
/// <param name="Time">Its time.</param>
/// <param name="Known">Its known future values.</param>
internal readonly record struct ComingRow(string Key, RowTime Time, float[] Known);
