using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Times and series in files that no forecaster can have.</summary>
[TestFixture]
internal sealed class ForecastSeriesFileTests : ForecastFileFixture
{
    [Test]
    public void Steps_of_time()
    {
        TrainedForecaster trained = _direct.Trained;
        Assert.That(
            Error(_direct, trained with { Grid = null }),
            Is.EqualTo(Start + "there is a time column, 'Time', but no steps of " + "time.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Time = null, Calendar = 0, Known = ["a", "b", "c"] }),
            Is.EqualTo(Start + "there are steps of time, but no time column.")
        );
        var days = new TimeGrid(TimeKind.Moment, StepUnit.Days, 1);
        foreach (
            TimeGrid grid in (TimeGrid[])
                [
                    new((TimeKind)7, StepUnit.Fixed, 1),
                    new(TimeKind.Moment, (StepUnit)7, 1),
                    new(TimeKind.Moment, StepUnit.Fixed, 0),
                    new(TimeKind.Moment, StepUnit.Fixed, -1),
                    new(TimeKind.Moment, StepUnit.Fixed, long.MaxValue),
                    new(TimeKind.Moment, StepUnit.Months, 200_000),
                    new(TimeKind.Moment, StepUnit.Days, 4_000_000),
                    new(TimeKind.Number, StepUnit.Months, 1),
                    new(TimeKind.Number, StepUnit.Days, 1),
                    new(TimeKind.Number, StepUnit.Fixed, 1),
                    new(TimeKind.ZonedMoment, StepUnit.Fixed, 1),
                    days with
                    {
                        Days = new DayCalendar(0, []),
                    },
                    days with
                    {
                        Days = new DayCalendar(128, []),
                    },
                    days with
                    {
                        Days = new DayCalendar(31, [5]),
                    },
                    days with
                    {
                        Days = new DayCalendar(127, [7, 7]),
                    },
                    days with
                    {
                        Days = new DayCalendar(127, [-1]),
                    },
                    days with
                    {
                        Days = DayCalendar.Business,
                        Step = 2,
                    },
                    days with
                    {
                        Day = new MonthDay(0, 31),
                    },
                    days with
                    {
                        Day = new MonthDay(5, 4),
                    },
                ]
        )
            Assert.That(
                Error(_direct, trained with { Grid = grid }),
                Is.EqualTo($"{Start}steps of time of {grid.Step}, kind {grid.Kind}, unit {grid.Unit}."),
                $"{grid}"
            );
    }

    [Test]
    public void Series()
    {
        TrainedForecaster trained = _direct.Trained;
        KeyedSeries a = trained.LastWindows[0],
            b = trained.LastWindows[1];
        Assert.That(Error(_direct, trained with { LastWindows = [a, b, a] }), Is.EqualTo(Start + "the series 'a' occurs twice."));
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Steps = a.Steps.Slice(0, 0) }] }),
            Is.EqualTo(Start + "the series 'a' has 0 steps, where a forecast needs 16.")
        );
        Assert.That(
            Error(_direct, columns: columns => columns with { Key = null }),
            Is.EqualTo(Start + "there is a series 'a', but no key column.")
        );
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Start = DateTime.MaxValue.Ticks }] }),
            Is.EqualTo(Start + "the series 'a' ends at an impossible time.")
        );
        Assert.That(
            Error(_direct, trained with { LastWindows = [a with { Start = -1 }] }),
            Is.EqualTo(Start + "the series 'a' begins at an impossible time.")
        );
    }

    [Test]
    public void Scores()
    {
        IntervalScores scores = _direct.Trained.Scores!;
        static float[] With(float[] values, int place, float value) => [.. values[..place], value, .. values[(place + 1)..]];
        string? Of(IntervalScores changed) => Error(_direct, _direct.Trained with { Scores = changed });
        Assert.That(
            Of(scores with { Counts = [-1, .. scores.Counts[1..]] }),
            Is.EqualTo(Start + "a score is not finite, or their number is below 0.")
        );
        Assert.That(
            Of(scores with { Pooled = With(scores.Pooled, 3, float.NaN) }),
            Is.EqualTo(Start + "a score is not finite, or their number is below 0.")
        );
        foreach (float size in new[] { -1, float.NaN, float.PositiveInfinity })
            Assert.That(
                Of(scores with { RootMeanSquares = With(scores.RootMeanSquares, 2, size) }),
                Is.EqualTo(Start + "the root of a mean square of scores is below 0, or not finite.")
            );
        Assert.That(
            Of(scores with { Quantiles = With(scores.Quantiles, 60, 1e9f) }),
            Is.EqualTo(Start + "a quantile of scores is below that of a lower level.")
        );
        Assert.That(
            Of(scores with { Pooled = With(scores.Pooled, 20, -1e9f) }),
            Is.EqualTo(Start + "a quantile of scores is below that of a lower level.")
        );
    }

    [Test]
    public void A_series_of_more_steps_than_a_forecast_needs()
    {
        KeyedSeries a = _direct.Trained.LastWindows[0];
        var longer = new TimeSeries(a.Steps.TargetCount, a.Steps.PastCount, a.Steps.KnownCount);
        for (int step = 0; step < 17; step++)
        {
            longer.Add([1], [], [false]);
            longer.AddKnown(new float[a.Steps.KnownCount]);
        }
        Assert.That(
            Error(_direct, _direct.Trained with { LastWindows = [a with { Steps = longer }] }),
            Is.EqualTo(Start + "the series 'a' has 17 steps, where a forecast needs 16.")
        );
    }
}
