using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Streaming;

/// <summary>How the steps of series that go on are taken: what follows what, and what stands in for what is missing.</summary>
/// <param name="ectx">Whose the errors are.</param>
/// <param name="columns">The columns.</param>
/// <param name="grid">The steps of the times; null where there are none.</param>
/// <param name="reach">Steps that a forecast is made from.</param>
/// <param name="targets">C.</param>
internal sealed class ObservationRules(IExceptionContext ectx, SeriesColumns columns, TimeGrid? grid, int reach, int targets)
{
    /// <summary>Steps that a forecast is made from.</summary>
    public int Reach => reach;

    /// <summary>[C] all true.</summary>
    public bool[] AllMissing { get; } = [.. Enumerable.Repeat(true, targets)];

    /// <summary>The time of a series' step.</summary>
    public long Time(long start, long step) => grid?.TimeAt(start, step) ?? 0;

    /// <summary>Steps that are missing between a series' last and a time.</summary>
    /// <exception cref="InvalidOperationException">The time is not later than the last, lies on no step, or there is a gap that is not to be filled.</exception>
    public int Gap(KeyedSeries series, long time)
    {
        if (grid is null || series.Steps.Length == 0)
            return 0;
        string last = grid.Text(grid.TimeAt(series.Start, series.Steps.Length - 1));
        long steps = grid.StepsBetween(series.Start, time)
            ?? throw ectx.Except($"{Name(series)} has a row at {grid.Text(time)}, which is no whole number of steps ({grid.StepText}) after its last, {last}: the model knows equal steps of that length only.");
        long gap = steps - series.Steps.Length;
        if (gap < 0)
            throw ectx.Except($"{Name(series)} has a row at {grid.Text(time)}, which is not later than its last, {last}: observe the rows of a series in the order of time, each once.");
        if (gap > 0 && columns.MissingSteps == MissingSteps.Refuse)
            throw ectx.Except($"{Name(series)} has a row at {grid.Text(time)}, but its last was {last}, so that {gap} steps ({grid.StepText}) are missing, and MissingSteps is Refuse: train with LastValue or Linear to have such steps made up, or observe them.");
        if (gap >= reach)
            throw ectx.Except($"{Name(series)} has a row at {grid.Text(time)}, but its last was {last}: the {gap} steps between are more than a window of {reach}, so that a forecast would be made of made up values alone. Reset the series to begin it anew.");
        return (int)gap;
    }

    /// <summary>[C] which targets of a row are missing.</summary>
    public bool[] IsMissing(ReadOnlySpan<float> numbers)
    {
        var isMissing = new bool[targets];
        for (int c = 0; c < targets; c++)
            isMissing[c] = float.IsNaN(numbers[c]);
        return isMissing;
    }

    /// <summary>A row's numbers, with those of the step before in place of what is missing.</summary>
    /// <exception cref="InvalidOperationException">Something is infinite, or missing and not to be made up.</exception>
    public float[] Complete(KeyedSeries series, ReadOnlySpan<float> numbers)
    {
        if (numbers.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) && !numbers.Contains(float.NaN))
            throw ectx.Except($"{Name(series)} has a row with an infinite value.");
        float[] whole = numbers.ToArray();
        if (!numbers.Contains(float.NaN))
            return whole;
        if (columns.MissingSteps == MissingSteps.Refuse)
            throw ectx.Except($"{Name(series)} has a row with a missing value (NaN), and MissingSteps is Refuse: train with LastValue or Linear to have such values made up, or leave the row out.");
        if (series.Steps.Length == 0)
            throw ectx.Except($"{Name(series)} begins with a missing value (NaN), before which there is none to take its place: begin with a row that has all.");
        float[] last = Last(series.Steps, whole.Length);
        for (int i = 0; i < whole.Length; i++)
            if (float.IsNaN(whole[i]))
                whole[i] = last[i];
        return whole;
    }

    /// <summary>The numbers of a step that is missing.</summary>
    /// <param name="series">The steps before it.</param>
    /// <param name="next">The next step that is there.</param>
    /// <param name="stepsToNext">How far that is from the last of those before it.</param>
    public float[] Between(TimeSeries series, float[] next, int stepsToNext)
    {
        float[] numbers = Last(series, next.Length);
        if (columns.MissingSteps == MissingSteps.Linear)
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] += (next[i] - numbers[i]) / stepsToNext;
        return numbers;
    }

    /// <summary>What is known beforehand of a step, the calendar's numbers included.</summary>
    /// <param name="given">What was given.</param>
    /// <param name="start">The time of the series' first step.</param>
    /// <param name="step">The step.</param>
    public float[] Known(ReadOnlySpan<float> given, long start, int step)
    {
        var known = new float[given.Length + CalendarCycle.Count(columns.Calendar)];
        given.CopyTo(known);
        if (columns.Calendar != CalendarFeatures.None)
            CalendarCycle.Write(columns.Calendar, new DateTime(Time(start, step)), known.AsSpan(given.Length));
        return known;
    }

    private static float[] Last(TimeSeries series, int width)
    {
        float[] numbers = new float[width], known = new float[series.KnownCount];
        series.ReadStep(series.Length - 1, numbers.AsSpan(0, series.TargetCount), numbers.AsSpan(series.TargetCount, series.PastCount));
        series.ReadKnown(series.Length - 1, known);
        int given = width - series.TargetCount - series.PastCount;
        known.AsSpan(0, given).CopyTo(numbers.AsSpan(series.TargetCount + series.PastCount));
        return numbers;
    }

    private static string Name(KeyedSeries series) => series.Key.Length > 0 ? $"The series '{series.Key}'" : "The series";
}
