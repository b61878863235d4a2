using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Every option out of its range is refused when the estimator is made, by a sentence with its name and value.</summary>
[TestFixture]
public class ForecastOptionsCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestCaseSource(nameof(Wrong))]
    public void A_wrong_option_is_refused(Action<Options> configure, string option, string sentence)
    {
        Refused.Argument(() => TinySeries.Estimator(_ml, configure), sentence);
        Assert.That(Assert.Throws<ArgumentOutOfRangeException>(() => TinySeries.Estimator(_ml, configure))!.ParamName, Is.EqualTo(option));
    }

    [TestCaseSource(nameof(Right))]
    public void The_edge_of_an_options_range_is_accepted(Action<Options> configure) =>
        Assert.That(() => TinySeries.Estimator(_ml, configure), Throws.Nothing);

    // Those that all trainings share are tried with the other trainers, by the same check.
    [Test]
    public void No_option_with_a_range_is_left_out()
    {
        string[] unbounded = [nameof(Options.VariableHorizon), nameof(Options.Differences), nameof(Options.TrainOnHeldOut)];
        var tried = Wrong().Select(test => (string)test.Arguments[1]!).Distinct();
        var own = typeof(Options)
            .GetProperties()
            .Where(property => property.DeclaringType == typeof(RnnForecastingOptions))
            .Select(property => property.Name);
        string[] ofColumns =
        [
            nameof(ForecastColumn.InputColumnName),
            nameof(ForecastColumn.OutputColumnName),
            nameof(ForecastColumn.QuantilesColumn),
            nameof(Options.LearningRate),
            nameof(Options.ValidationFraction),
        ];
        Assert.That(tried.Except(ofColumns).Concat(unbounded), Is.EquivalentTo(own));
    }

    [Test]
    public void Options_may_be_changed_after_the_estimator_is_made()
    {
        Options options = TinySeries.Options();
        RnnForecastingEstimator estimator = _ml.Forecasting.ForecastByRnn(options);
        options.Columns[0].OutputColumnName = "Other";
        options.Horizon = 9;
        Assert.That(TinySeries.Vectors(estimator.Fit(TinySeries.Load(_ml)).Transform(TinySeries.Load(_ml)))[^1], Has.Length.EqualTo(4));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return Case(o => o.Columns = [], nameof(Options.Columns), "Columns is empty: name at least one column to forecast");
        yield return Case(
            o => o.PastColumnNames = ["Value"],
            nameof(Options.Columns),
            "The column 'Value' is named twice among Columns, PastColumnNames, KnownColumnNames and StaticColumnNames"
        );
        yield return Case(
            o => o.CategoryEmbeddingSize = 0,
            nameof(Options.CategoryEmbeddingSize),
            "CategoryEmbeddingSize is 0; it must be at least 1."
        );
        yield return Case(
            o => o.EmbedSeries = true,
            nameof(Options.EmbedSeries),
            "EmbedSeries is true, but there is no SeriesKeyColumnName to tell series apart: name it, or set EmbedSeries to false."
        );
        yield return Case(
            o => o.StaticColumnNames = null!,
            nameof(Options.StaticColumnNames),
            "StaticColumnNames is null; it must be an array, empty for none."
        );
        yield return Case(
            o => o.Columns[0].InputColumnName = " ",
            nameof(ForecastColumn.InputColumnName),
            "InputColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.Columns[0].ConfidenceLowerBoundColumn = "Forecast",
            nameof(ForecastColumn.OutputColumnName),
            "The output column 'Forecast' is named twice: give each its own name."
        );
        yield return Case(
            o => o.ValidationFraction = 0,
            nameof(Options.ValidationFraction),
            "ValidationFraction is 0, but bounds are asked for"
        );
        yield return Case(o => o.TimeColumnName = "", nameof(Options.TimeColumnName), "TimeColumnName is empty; it must name a column.");
        yield return Case(
            o => o.SeriesKeyColumnName = " ",
            nameof(Options.SeriesKeyColumnName),
            "SeriesKeyColumnName is empty; it must name a column."
        );
        yield return Case(
            o => o.PastColumnNames = null!,
            nameof(Options.PastColumnNames),
            "PastColumnNames is null; it must be an array, empty for none."
        );
        yield return Case(
            o => o.KnownColumnNames = [""],
            nameof(Options.KnownColumnNames),
            "KnownColumnNames is empty; it must name a column."
        );
        yield return Case(
            o => o.CalendarFeatures = CalendarFeatures.DayOfWeek,
            nameof(Options.CalendarFeatures),
            "CalendarFeatures is DayOfWeek, but there is no TimeColumnName to read the dates from."
        );
        yield return Case(
            o => o.CalendarFeatures = (CalendarFeatures)64,
            nameof(Options.CalendarFeatures),
            "CalendarFeatures is 64; it must be some of HourOfDay, DayOfWeek, DayOfMonth, DayOfYear, MonthOfYear combined."
        );
        yield return Case(
            o => o.MissingSteps = (MissingSteps)7,
            nameof(Options.MissingSteps),
            "MissingSteps is 7; it must be one of Refuse, LastValue, Linear."
        );
        yield return Case(
            o => (o.TimeColumnName, o.TimeZone) = ("Time", "Mars/Olympus"),
            nameof(Options.TimeZone),
            "TimeZone is 'Mars/Olympus', which this machine does not know: give an IANA or Windows name, such as \"Europe/Berlin\""
        );
        yield return Case(
            o => o.TimeZone = "UTC",
            nameof(Options.TimeZone),
            "TimeZone is given, but there is no TimeColumnName that it " + "could be said of."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Frequency) = ("Time", "5m"),
            nameof(Options.Frequency),
            "Frequency is '5m', which " + "is no step of time: give a number and a unit, such as \"2 hours\""
        );
        yield return Case(
            o => o.Frequency = "D",
            nameof(Options.Frequency),
            "Frequency is given, but there is no TimeColumnName that " + "it could be said of."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Calendar) = ("Time", new SeriesCalendar { ClosedDays = null! }),
            nameof(Options.Calendar),
            "ClosedDays of the Calendar is null; it must be an array of days, empty for none."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Calendar) = ("Time", new SeriesCalendar { Holidays = [null!] }),
            nameof(Options.Calendar),
            "Holidays of the Calendar holds null; it must be an array of days, empty for none."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Calendar) = ("Time", new SeriesCalendar { ClosedWeekdays = [(DayOfWeek)7] }),
            nameof(Options.Calendar),
            "ClosedWeekdays of the Calendar must be an array of days of the week, empty for none."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Calendar) = ("Time", new SeriesCalendar { ClosedWeekdays = Enum.GetValues<DayOfWeek>() }),
            nameof(Options.Calendar),
            "ClosedWeekdays of the Calendar are all seven: no day is left."
        );
        yield return Case(
            o => (o.TimeColumnName, o.Calendar) = ("Time", new SeriesCalendar()),
            nameof(Options.Calendar),
            "The Calendar has no day: give Holidays, ClosedDays or ClosedWeekdays."
        );
        yield return Case(
            o => o.Calendar = new SeriesCalendar { ClosedDays = [new DateOnly(2024, 1, 1)] },
            nameof(Options.Calendar),
            "Calendar is given, but there " + "is no TimeColumnName that it could be said of."
        );
        yield return Case(o => o.WindowSize = 1, nameof(Options.WindowSize), "WindowSize is 1; it must be at least 2.");
        yield return Case(o => o.Horizon = 0, nameof(Options.Horizon), "Horizon is 0; it must be at least 1.");
        yield return Case(
            o => o.ConfidenceLevel = 1,
            nameof(Options.ConfidenceLevel),
            "ConfidenceLevel is 1; it must be in (0, 1), such as 0.95."
        );
        yield return Case(
            o => o.IntervalAdaptation = -1,
            nameof(Options.IntervalAdaptation),
            "IntervalAdaptation is -1; it must be 0 or more."
        );
        yield return Case(o => o.TrainSize = 19, nameof(Options.TrainSize), "TrainSize is 19; it must be at least 20.");
        yield return Case(
            o => o.Model = (ForecastModel)9,
            nameof(Options.Model),
            "Model is 9; it must be one of Auto, Segments, Direct, EncoderDecoder."
        );
        yield return Case(
            o => o.SegmentLength = 17,
            nameof(Options.SegmentLength),
            "SegmentLength is 17; it must be from 1 to WindowSize, 16."
        );
        yield return Case(
            o => (o.SegmentLength, o.Model) = (4, ForecastModel.Direct),
            nameof(Options.SegmentLength),
            "SegmentLength is 4, but Model is Direct, which has no segments: leave it null, or set Model to Segments."
        );
        yield return Case(o => o.Cell = (CellKind)99, nameof(Options.Cell), "Cell is 99; it must be one of");
        yield return Case(o => o.HiddenSize = 0, nameof(Options.HiddenSize), "HiddenSize is 0; it must be at least 1.");
        yield return Case(o => o.Dropout = 1, nameof(Options.Dropout), "Dropout is 1; it must be in [0, 1).");
        yield return Case(o => o.TeacherForcing = 1.1f, nameof(Options.TeacherForcing), "TeacherForcing is 1.1; it must be in [0, 1].");
        yield return Case(
            o => o.Normalization = (WindowNormalization)9,
            nameof(Options.Normalization),
            "Normalization is 9; it must be one of None, LastValue, MeanAndDeviation."
        );
        yield return Case(
            o => o.Residual = (ForecastResidual)9,
            nameof(Options.Residual),
            "Residual is 9; it must be one of None, LastValue, SeasonalNaive."
        );
        yield return Case(
            o => (o.TimeColumnName, o.CycleLength) = ("Time", 1),
            nameof(Options.CycleLength),
            "CycleLength is 1; it must be at least 2."
        );
        yield return Case(
            o => o.CycleLength = 24,
            nameof(Options.CycleLength),
            "CycleLength is 24, but there is no TimeColumnName, by which a step has a position in the cycle: name it; a column of the "
                + "rows' numbers will do, or leave CycleLength null."
        );
        yield return Case(
            o => (o.TimeColumnName, o.CycleLength, o.Model) = ("Time", 24, ForecastModel.EncoderDecoder),
            nameof(Options.CycleLength),
            "CycleLength is 24, but Model is EncoderDecoder, whose decoder reads values with the cycle in them: set Model to Segments or "
                + "Direct, or leave CycleLength null."
        );
        yield return Case(
            o => (o.TimeColumnName, o.CycleLength, o.Differences) = ("Time", 24, true),
            nameof(Options.CycleLength),
            "CycleLength is 24, but Differences is true, and the cycle is one of values: set Differences to false, or leave CycleLength "
                + "null."
        );
        yield return Case(
            o => o.NaiveShare = 1.5f,
            nameof(Options.NaiveShare),
            "NaiveShare is 1.5; it must be in [0, 1]: 0 for the network alone."
        );
        yield return Case(
            o => (o.WindowSize, o.SegmentLength) = (null, 4),
            nameof(Options.SegmentLength),
            "SegmentLength is 4; it must be from 1 to WindowSize, which must be set too."
        );
        yield return Case(o => o.SeasonLength = 0, nameof(Options.SeasonLength), "SeasonLength is 0; it must be at least 1.");
        yield return Case(
            o => o.Loss = (ForecastLoss)9,
            nameof(Options.Loss),
            "Loss is 9; it must be one of Absolute, Squared, Huber, Quantile."
        );
        yield return Case(
            o => o.Columns[0].QuantilesColumn = "Quantiles",
            nameof(ForecastColumn.QuantilesColumn),
            "QuantilesColumn is 'Quantiles', but Loss is null: set it to Quantile, or leave QuantilesColumn null."
        );
        yield return Case(
            o => o.Quantiles = [0.5f],
            nameof(Options.Quantiles),
            "Quantiles are given, but Loss is null: set it to Quantile, or leave them null."
        );
        yield return Case(
            o => (o.Loss, o.Quantiles) = (ForecastLoss.Quantile, [0.1f, 0.9f]),
            nameof(Options.Quantiles),
            "Quantiles are [0.1, 0.9]; they must be an odd number of them"
        );
        yield return Case(
            o => (o.Loss, o.Quantiles) = (ForecastLoss.Quantile, [0.9f, 0.5f, 0.1f]),
            nameof(Options.Quantiles),
            "Quantiles are [0.9, 0.5, 0.1]; they must be"
        );
        yield return Case(o => o.LearningRate = 0, nameof(Options.LearningRate), "LearningRate is 0; it must be above 0.");
    }

    private static IEnumerable<TestCaseData> Right() =>
        new Action<Options>[]
        {
            o => (o.WindowSize, o.Horizon, o.HiddenSize) = (2, 1, 1),
            o => o.TrainSize = 20,
            o =>
                (o.TimeColumnName, o.TimeZone, o.Frequency, o.Calendar) = (
                    "Time",
                    "Europe/Berlin",
                    "B",
                    new SeriesCalendar { ClosedDays = [new DateOnly(2024, 1, 1)] }
                ),
            o => (o.TimeColumnName, o.CycleLength, o.Residual) = ("Time", 2, ForecastResidual.SeasonalNaive),
            o => (o.SegmentLength, o.TeacherForcing, o.IntervalAdaptation) = (16, 0, 0),
            o => (o.Loss, o.Quantiles) = (ForecastLoss.Quantile, [0.5f]),
            o => (o.Columns, o.ValidationFraction) = ([new ForecastColumn { InputColumnName = "Value" }], 0),
        }.Select(configure => new TestCaseData(configure).SetArgDisplayNames("options"));

    private static TestCaseData Case(Action<Options> configure, string option, string sentence) =>
        new TestCaseData(configure, option, sentence).SetArgDisplayNames(option, sentence);
}
