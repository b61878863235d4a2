using System.Globalization;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Checks the options when an estimator is constructed, so that a wrong one is found before any data is read.</summary>
internal static class ForecastOptionsCheck
{
    public static void Check(IExceptionContext ectx, Options options)
    {
        OptionRanges.Check(ectx, options);
        CheckColumns(ectx, options);
        CheckTimes(ectx, options);
        CheckOutputs(ectx, options);
        CheckWindow(ectx, options);
        CheckNetwork(ectx, options);
        CheckLoss(ectx, options);
        OptionsCheck.CheckTraining(ectx, options);
    }

    /// <exception cref="ArgumentOutOfRangeException">Not in (0, 1).</exception>
    public static void CheckConfidence(IExceptionContext ectx, float confidenceLevel)
    {
        if (!(confidenceLevel > 0 && confidenceLevel < 1))
            throw ectx.ExceptUserArg(
                nameof(Options.ConfidenceLevel),
                $"ConfidenceLevel is {confidenceLevel}; it must be in (0, 1), such as 0.95."
            );
    }

    private static void CheckColumns(IExceptionContext ectx, Options o)
    {
        if (o.Columns is null || o.Columns.Length == 0)
            throw ectx.ExceptUserArg(
                nameof(o.Columns),
                "Columns is empty: name at least one column to forecast, new ForecastColumn { InputColumnName = ... }."
            );
        foreach (ForecastColumn column in o.Columns)
            OptionsCheck.NotBlank(ectx, column?.InputColumnName, nameof(ForecastColumn.InputColumnName));
        foreach (
            var (option, name) in (IEnumerable<(string, string?)>)
                [(nameof(o.TimeColumnName), o.TimeColumnName), (nameof(o.SeriesKeyColumnName), o.SeriesKeyColumnName)]
        )
            if (name is not null)
                OptionsCheck.NotBlank(ectx, name, option);
        foreach (
            var (option, names) in (IEnumerable<(string, string[])>)
                [
                    (nameof(o.PastColumnNames), o.PastColumnNames),
                    (nameof(o.KnownColumnNames), o.KnownColumnNames),
                    (nameof(o.StaticColumnNames), o.StaticColumnNames),
                ]
        )
        {
            if (names is null)
                throw ectx.ExceptUserArg(option, $"{option} is null; it must be an array, empty for none.");
            foreach (string name in names)
                OptionsCheck.NotBlank(ectx, name, option);
        }
        string[] inputs =
        [
            .. o.Columns.Select(column => column.InputColumnName),
            .. o.PastColumnNames,
            .. o.KnownColumnNames,
            .. o.StaticColumnNames,
        ];
        if (inputs.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw ectx.ExceptUserArg(
                nameof(o.Columns),
                $"The column '{twice.Key}' is named twice among Columns, PastColumnNames, KnownColumnNames and StaticColumnNames: a "
                    + $"column to forecast is known up to now anyway."
            );
        if (o.EmbedSeries && o.SeriesKeyColumnName is null)
            throw ectx.ExceptUserArg(
                nameof(o.EmbedSeries),
                "EmbedSeries is true, but there is no SeriesKeyColumnName to tell series apart: name it, or set EmbedSeries to false."
            );
        if ((o.CalendarFeatures & ~CalendarCycle.All) != 0)
            throw ectx.ExceptUserArg(
                nameof(o.CalendarFeatures),
                $"CalendarFeatures is {o.CalendarFeatures}; it must be some of {CalendarCycle.All} combined."
            );
        if (o.CalendarFeatures != CalendarFeatures.None && o.TimeColumnName is null)
            throw ectx.ExceptUserArg(
                nameof(o.CalendarFeatures),
                $"CalendarFeatures is {o.CalendarFeatures}, but there is no TimeColumnName to read the dates from."
            );
    }

    private static void CheckTimes(IExceptionContext ectx, Options o)
    {
        if (o.Calendar is not null)
            CheckCalendar(ectx, o.Calendar);
        if (o.TimeZone is string zone && TimeZones.Find(zone) is null)
            throw ectx.ExceptUserArg(
                nameof(o.TimeZone),
                $"TimeZone is '{zone}', which this machine does not know: give an IANA or "
                    + $"Windows name, such as \"Europe/Berlin\" or \"UTC\" (Linux has the names from its package tzdata)."
            );
        if (o.Frequency is string text && Frequency.Parse(text) is null)
            throw ectx.ExceptUserArg(
                nameof(o.Frequency),
                $"Frequency is '{text}', which is no step of time: give a number and a unit, "
                    + $"such as \"2 hours\", \"30min\", \"D\", \"business day\", \"W\", \"MS\" or \"month\", \"Q\", \"Y\", "
                    + "a TimeSpan such as \"00:05:00\", a duration such as \"PT15M\", or a whole number where times are numbers."
            );
        foreach (
            var (option, isGiven) in (IEnumerable<(string, bool)>)
                [
                    (nameof(o.TimeZone), o.TimeZone is not null),
                    (nameof(o.Frequency), o.Frequency is not null),
                    (nameof(o.Calendar), o.Calendar is not null),
                ]
        )
            if (isGiven && o.TimeColumnName is null)
                throw ectx.ExceptUserArg(option, $"{option} is given, but there is no TimeColumnName that it could be said of.");
    }

    private static void CheckCalendar(IExceptionContext ectx, SeriesCalendar calendar)
    {
        foreach (
            var (part, days) in (IEnumerable<(string, CalendarDay[])>)
                [(nameof(calendar.Holidays), calendar.Holidays), (nameof(calendar.ClosedDays), calendar.ClosedDays)]
        )
            if (days is null || Array.Exists(days, day => day is null))
                throw ectx.ExceptUserArg(
                    nameof(Options.Calendar),
                    $"{part} of the Calendar {(days is null ? "is null" : "holds null")}; it must be an array of days, empty for none."
                );
        if (calendar.ClosedWeekdays is null || !Array.TrueForAll(calendar.ClosedWeekdays, Enum.IsDefined))
            throw ectx.ExceptUserArg(
                nameof(Options.Calendar),
                "ClosedWeekdays of the Calendar must be an array of days of the week, empty for none."
            );
        if (calendar.ClosedWeekdays.Distinct().Count() == 7)
            throw ectx.ExceptUserArg(nameof(Options.Calendar), "ClosedWeekdays of the Calendar are all seven: no day is left.");
        if (calendar.Holidays.Length + calendar.ClosedDays.Length + calendar.ClosedWeekdays.Length == 0)
            throw ectx.ExceptUserArg(nameof(Options.Calendar), "The Calendar has no day: give Holidays, ClosedDays or ClosedWeekdays.");
    }

    private static void CheckOutputs(IExceptionContext ectx, Options o)
    {
        string[] outputs = [.. o.Columns.SelectMany(column => column.Outputs)];
        foreach (string name in outputs)
            OptionsCheck.NotBlank(ectx, name, nameof(ForecastColumn.OutputColumnName));
        if (outputs.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw ectx.ExceptUserArg(
                nameof(ForecastColumn.OutputColumnName),
                $"The output column '{twice.Key}' is named twice: give each its own name."
            );
        if (o.ValidationFraction == 0 && o.Columns.Any(column => column.HasBounds))
            throw ectx.ExceptUserArg(
                nameof(o.ValidationFraction),
                "ValidationFraction is 0, but bounds are asked for, which are measured on the end of the series that is held out: set it "
                    + "above 0, or name no bounds."
            );
    }

    private static void CheckWindow(IExceptionContext ectx, Options o)
    {
        CheckConfidence(ectx, o.ConfidenceLevel);
        if (o.TrainSize is int size)
            OptionsCheck.AtLeast(ectx, size, (o.WindowSize ?? 2) + o.Horizon, nameof(o.TrainSize));
    }

    private static void CheckNetwork(IExceptionContext ectx, Options o)
    {
        if (o.Model != ForecastModel.Auto && !ForecastModels.Exists(o.Model))
            throw ectx.ExceptUserArg(
                nameof(o.Model),
                $"Model is {o.Model}; it must be one of {string.Join(", ", Enum.GetNames<ForecastModel>())}."
            );
        if (o.SegmentLength is int segment && (segment < 1 || o.WindowSize is not int size || segment > size))
            throw ectx.ExceptUserArg(
                nameof(o.SegmentLength),
                $"SegmentLength is {segment}; it must be from 1 to WindowSize, "
                    + $"{o.WindowSize?.ToString(CultureInfo.InvariantCulture) ?? "which must be set too"}."
            );
        if (o.SegmentLength is not null && o.Model != ForecastModel.Auto && !ForecastModels.HasSegments(o.Model))
            throw ectx.ExceptUserArg(
                nameof(o.SegmentLength),
                $"SegmentLength is {o.SegmentLength}, but Model is {o.Model}, which has no segments: leave it null, "
                    + $"or set Model to Segments."
            );
        OptionsCheck.CheckCell(ectx, o.Cell);
        if (o.CycleLength is int cycle)
            CheckCycle(ectx, o, cycle);
        if (o.NaiveShare is float share && !(share >= 0 && share <= 1))
            throw ectx.ExceptUserArg(nameof(o.NaiveShare), $"NaiveShare is {o.NaiveShare}; it must be in [0, 1]: 0 for the network alone.");
    }

    private static void CheckCycle(IExceptionContext ectx, Options o, int cycle)
    {
        string? problem =
            o.TimeColumnName is null
                ? "there is no TimeColumnName, by which a step has a position in the cycle: name it; a column of the rows' numbers will do"
            : ForecastModels.Exists(o.Model) && ForecastModels.DecoderOf(o.Model) is { ReadsPreviousOutput: true }
                ? $"Model is {o.Model}, whose decoder reads values with the cycle in them: set Model to Segments or Direct"
            : o.Differences == true ? "Differences is true, and the cycle is one of values: set Differences to false"
            : null;
        if (problem is not null)
            throw ectx.ExceptUserArg(nameof(o.CycleLength), $"CycleLength is {cycle}, but {problem}, or leave CycleLength null.");
    }

    private static void CheckLoss(IExceptionContext ectx, Options o)
    {
        if (o.Loss != ForecastLoss.Quantile && Array.Find(o.Columns, column => column.QuantilesColumn is not null) is { } column)
            throw ectx.ExceptUserArg(
                nameof(ForecastColumn.QuantilesColumn),
                $"QuantilesColumn is '{column.QuantilesColumn}', but Loss is {o.Loss?.ToString() ?? "null"}: set it to Quantile, or leave "
                    + "QuantilesColumn null."
            );
        if (o.Quantiles is not float[] quantiles)
            return;
        if (o.Loss != ForecastLoss.Quantile)
            throw ectx.ExceptUserArg(
                nameof(o.Quantiles),
                $"Quantiles are given, but Loss is {o.Loss?.ToString() ?? "null"}: set it to Quantile, or leave them null."
            );
        bool isAscending = quantiles.Zip(quantiles.Skip(1)).All(pair => pair.First < pair.Second);
        if (
            quantiles.Length % 2 == 0
            || !isAscending
            || quantiles[quantiles.Length / 2] != 0.5f
            || !(quantiles[0] > 0 && quantiles[^1] < 1)
        )
            throw ectx.ExceptUserArg(
                nameof(o.Quantiles),
                $"Quantiles are [{string.Join(", ", quantiles)}]; they must be an odd number of them, ascending in (0, 1), with 0.5 in "
                    + $"the middle, such as 0.025, 0.5, 0.975."
            );
    }
}
