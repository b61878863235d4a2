using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Checks a forecaster read from a file: each part by itself, and the parts against each other.</summary>
internal static class ForecastFileCheck
{
    private const int LongestMonths = 12 * 9999;

    /// <exception cref="FormatException">The columns are impossible.</exception>
    public static void Check(SeriesColumns columns)
    {
        if (
            columns.Targets.Count == 0
            || (columns.Calendar & ~CalendarCycle.All) != 0
            || (columns.CalendarCount > 0 && columns.Time is null)
            || !Enum.IsDefined(columns.MissingSteps)
        )
            throw Damaged(
                $"{columns.Targets.Count} columns to forecast, calendar {columns.Calendar}, missing steps " + $"{columns.MissingSteps}"
            );
        string[] inputs = [.. columns.Past, .. columns.Known, .. columns.Static];
        CheckNames([.. columns.Targets, .. inputs]);
        bool IsKey(KeyValuePair<string, int> key) =>
            inputs.Contains(key.Key)
            && key.Value >= 1
            && key.Value < (columns.Static.Contains(key.Key) ? CategoryShape.Most - 1 : SeriesBinding.MostCategories + 1);
        if (!columns.Categories!.All(IsKey))
            throw Damaged("a key is of no column, or its number of values is impossible");
    }

    /// <exception cref="FormatException">The layout is impossible or does not fit the columns, or the outputs do not fit it.</exception>
    public static void Check(WindowLayout layout, SeriesColumns columns, ForecastOutputs outputs, float confidenceLevel)
    {
        bool areSizes =
            layout is { Window: >= 2, Horizon: >= 1, Segment: >= 1, Targets: >= 1, Past: >= 0, Known: >= 0, Statics: >= 0, Season: >= 1 }
            && layout.Segment <= layout.Window;
        bool areKinds = Enum.IsDefined(layout.Normalization) && Enum.IsDefined(layout.Residual);
        bool areSegments = areKinds && (layout.Segment == 1 || layout.HasSegments);
        bool isCycle =
            layout.CycleLength == 0
            || (
                layout is { CycleLength: >= 2 and <= NetworkSize.Largest, Differences: false, Decoder: not { ReadsPreviousOutput: true } }
                && columns.Time is not null
            );
        if (!areSizes || !areSegments || !isCycle || !IsSmall(layout, quantiles: 1))
            throw Damaged(
                $"window {layout.Window}, horizon {layout.Horizon}, segment {layout.Segment}, {layout.Targets} targets, "
                    + $"{layout.Past} past, {layout.Known} known and {layout.Statics} static numbers, "
                    + $"season {layout.Season}, decoder {layout.Decoder}, "
                    + $"{layout.Normalization}, {layout.Residual}, cycle of {layout.CycleLength} steps"
            );
        int known = layout.Known - columns.CalendarCount;
        // A column has one value or several.
        if (layout.Targets < columns.Targets.Count || !Fits(columns.Past, layout.Past) || !Fits(columns.Known, known))
            throw Damaged(
                $"{layout.Targets} targets, {layout.Past} past and {known} known numbers of {columns.Targets.Count}, "
                    + $"{columns.Past.Count} and {columns.Known.Count} columns"
            );
        string[] keys = [.. columns.Static.Where(columns.Categories!.ContainsKey)];
        CategoryShape[] ofKeys = [.. layout.EmbedsSeries ? layout.Categories.SkipLast(1) : layout.Categories];
        bool areIds =
            layout.Categories.All(column => column is { Count: >= 1 and <= CategoryShape.Most, Size: >= 1 and <= NetworkSize.Largest })
            && keys.Select(key => columns.Categories![key] + 1).SequenceEqual(ofKeys.Select(column => column.Count))
            && (!layout.EmbedsSeries || (layout.Categories.Count > 0 && columns.Key is not null));
        if (!Fits([.. columns.Static.Except(keys)], layout.Statics) || !areIds)
            throw Damaged(
                $"{layout.Statics} static numbers and categories {CategoryShape.Text(layout.Categories)} of {columns.Static.Count} columns"
            );
        if (outputs.Columns.Count == 0 || outputs.Horizon != layout.Horizon || outputs.Columns.Any(output => !IsOf(layout, output)))
            throw Damaged($"its output columns are not those of {layout.Targets} targets and {layout.Horizon} steps");
        CheckNames([.. outputs.Columns.Select(output => output.Name)]);
        if (!(confidenceLevel > 0 && confidenceLevel < 1))
            throw Damaged($"its confidence level is {confidenceLevel}");

        // Zero columns have zero values, and some columns have at least as many; a key has those of its values.
        bool Fits(IReadOnlyList<string> names, int numbers)
        {
            long least = names.Sum(name => (long)Math.Max(1, columns.Categories!.GetValueOrDefault(name)));
            return names.All(columns.Categories!.ContainsKey) ? numbers == least : numbers >= least;
        }
    }

    /// <summary>Whether all sizes derived from a layout are free of overflow.</summary>
    /// <param name="layout">The layout, with no negative sizes.</param>
    /// <param name="quantiles">Outputs of a target's step.</param>
    public static bool IsSmall(WindowLayout layout, int quantiles)
    {
        Int128 width = (Int128)layout.Segment * (1L + layout.Past + layout.Known) + layout.StaticValues,
            steps = (long)layout.Window + layout.Horizon;
        return width * steps * layout.Targets < int.MaxValue && (steps + layout.Segment) * quantiles <= NetworkSize.Largest;
    }

    /// <exception cref="FormatException">The keys are not those of the series that the network embeds.</exception>
    public static void CheckSeriesKeys(string[] keys, WindowLayout layout, SeriesColumns columns)
    {
        int expected = layout.EmbedsSeries ? layout.Categories[^1].Count - 1 : 0;
        if (keys.Length != expected || keys.Distinct(StringComparer.Ordinal).Count() != keys.Length)
            throw Damaged($"it embeds {expected} series by {columns.Key}, and has {keys.Length} keys, or one twice");
    }

    /// <exception cref="FormatException">The quantiles are not those of a quantile loss, nor empty.</exception>
    public static void CheckQuantiles(float[] quantiles, WindowLayout layout)
    {
        bool isAscending = quantiles.Zip(quantiles.Skip(1)).All(pair => pair.First < pair.Second);
        if (
            quantiles.Length > 0
            && (
                quantiles.Length % 2 == 0
                || !isAscending
                || quantiles[quantiles.Length / 2] != 0.5f
                || !(quantiles[0] > 0 && quantiles[^1] < 1)
            )
        )
            throw Damaged($"its quantiles are [{string.Join(", ", quantiles)}]");
        if (!IsSmall(layout, Math.Max(1, quantiles.Length)))
            throw Damaged($"{quantiles.Length} quantiles of {layout.LabelWidth} steps");
    }

    /// <exception cref="FormatException">The time grid is impossible, or there is no time column.</exception>
    public static void Check(TimeGrid? grid, SeriesColumns columns)
    {
        if (grid is null != columns.Time is null)
            throw Damaged(
                grid is null
                    ? $"there is a time column, '{columns.Time}', but no steps of time"
                    : "there are steps of time, but no time column"
            );
        if (grid is null)
            return;
        long longest = grid.Unit switch
        {
            StepUnit.Months => LongestMonths,
            StepUnit.Days => DayCalendar.DayOf(DateTime.MaxValue.Ticks),
            _ => grid.Kind == TimeKind.Number ? long.MaxValue : DateTime.MaxValue.Ticks,
        };
        if (!grid.IsSound || grid.Step > longest || columns.CalendarCount > 0 && grid.Kind == TimeKind.Number)
            throw Damaged($"steps of time of {grid.Step}, kind {grid.Kind}, unit {grid.Unit}");
    }

    /// <exception cref="FormatException">The nonconformity scores are impossible.</exception>
    public static void Check(IntervalScores scores)
    {
        if (Array.Exists(scores.Counts, count => count < 0) || !Finite.All(scores.Quantiles) || !Finite.All(scores.Pooled))
            throw Damaged("a score is not finite, or their number is below 0");
        if (Array.Exists(scores.RootMeanSquares, size => !(size >= 0) || float.IsInfinity(size)))
            throw Damaged("the root of a mean square of scores is below 0, or not finite");
        if (!AreAscending(scores.Quantiles) || !AreAscending(scores.Pooled))
            throw Damaged("a quantile of scores is below that of a lower level");
    }

    /// <exception cref="FormatException">The correction of forecasts is impossible.</exception>
    public static void Check(ForecastCorrection correction, WindowLayout layout)
    {
        bool isShare = correction.Share is >= 0 and <= 1 && correction.Season >= 1 && Enum.IsDefined(correction.Naive);
        // A season longer than the windows was not measured.
        bool isNaive = (correction.Share > 0) == (correction.Naive != ForecastResidual.None) && correction.LookBack <= layout.LookBack;
        bool isBias =
            (correction.Bias.Length == 0 || correction.Bias.Length == (long)layout.Targets * layout.Horizon) && Finite.All(correction.Bias);
        if (!isShare || !isNaive || !isBias)
            throw Damaged(
                $"{correction.Share} of {correction.Naive} of season {correction.Season} and {correction.Bias.Length} medians correct "
                    + $"its forecasts"
            );
    }

    /// <exception cref="FormatException">The series are not the ends of training series.</exception>
    public static void Check(KeyedSeries series, HashSet<string> keys, SeriesColumns columns, int reach, TimeGrid? grid)
    {
        if (series.Steps.Length < 1 || series.Steps.StartOfLast(reach) > 0)
            throw Damaged($"the series '{series.Key}' has {series.Steps.Length} steps, where a forecast needs {reach}");
        if (!keys.Add(series.Key))
            throw Damaged($"the series '{series.Key}' occurs twice");
        if (columns.Key is null && series.Key.Length > 0)
            throw Damaged($"there is a series '{series.Key}', but no key column");
        if (grid is not null && !HasTimes(grid, series, series.Steps.Length))
            throw Damaged($"the series '{series.Key}' ends at an impossible time");
    }

    /// <exception cref="FormatException">A column has no name, or that of another.</exception>
    private static void CheckNames(string[] names)
    {
        if (names.Any(string.IsNullOrWhiteSpace))
            throw Damaged("a column has no name");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Damaged($"the column '{twice.Key}' is named twice");
    }

    // The step after the last is the first that a row may have.
    private static bool HasTimes(TimeGrid grid, KeyedSeries series, int steps)
    {
        if (grid.Kind != TimeKind.Number && !(series.Start >= 0 && series.Start <= DateTime.MaxValue.Ticks))
            return false;
        return grid.IsOpen(series.Start) && grid.HasTimeAt(series.Origin, steps);
    }

    // Row after row.
    private static bool AreAscending(float[] quantiles)
    {
        int levels = IntervalScores.Levels.Length;
        for (int i = 1; i < quantiles.Length; i++)
            if (i % levels != 0 && quantiles[i] < quantiles[i - 1])
                return false;
        return true;
    }

    private static bool IsOf(WindowLayout layout, ForecastOutput output) =>
        Enum.IsDefined(output.Part)
        && output.FirstTarget >= 0
        && output.Targets >= 1
        && output.FirstTarget <= layout.Targets - output.Targets
        && (output.IsOfVector || output.Targets == 1);

    public static Exception Damaged(string how) => Contracts.ExceptDecode($"{ForecastFormat.What} is damaged: {how}.");
}
