using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Tests.Support;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>What is chosen where nothing is set, and that what is set wins.</summary>
[TestFixture]
internal sealed class ForecastDefaultsTests
{
    private static readonly TimeGrid _months = new(TimeKind.Moment, StepUnit.Months, 1),
        _hours = new(TimeKind.Moment, StepUnit.Fixed, TimeSpan.TicksPerHour);
    private static readonly TimeGrid _quarters = new(TimeKind.Moment, StepUnit.Months, 3),
        _years = new(TimeKind.Moment, StepUnit.Months, 12);

    private static TimeSeries Series(int length, int season = 1, int seed = 1)
    {
        var random = new Random(seed);
        var series = new TimeSeries(1, 0, 0);
        for (int t = 0; t < length; t++)
            series.Add([(float)(50 + 10 * Math.Sin(2 * Math.PI * t / Math.Max(2, season)) + random.NextDouble())], []);
        return series;
    }

    private static ForecastSettings Resolve(
        int count,
        int length,
        int horizon,
        TimeGrid? grid,
        int season,
        Action<Options>? configure = null
    )
    {
        var options = new Options { Horizon = horizon };
        configure?.Invoke(options);
        return ForecastDefaults.Resolve(options, [.. Enumerable.Range(0, count).Select(seed => Series(length, season, seed))], grid);
    }

    [Test]
    public void Many_hourly_series_read_a_week_in_days()
    {
        ForecastSettings settings = Resolve(50, 700, 48, _hours, 24);
        Assert.That(
            (settings.SeasonLength, settings.WindowSize, settings.SegmentLength, settings.Model),
            Is.EqualTo((24, 168, 24, ForecastModel.Segments))
        );
        Assert.That(
            (settings.Residual, settings.Normalization, settings.Loss),
            Is.EqualTo((ForecastResidual.SeasonalNaive, WindowNormalization.MeanAndDeviation, ForecastLoss.Absolute))
        );
        Assert.That(
            (settings.EnsembleSize, settings.HiddenSize, settings.Schedule, settings.Patience),
            Is.EqualTo((1, 64, LearningRateSchedule.OneCycle, 0))
        );
        Assert.That(
            HeldOutEnd.First(700, 48, settings.ValidationFraction),
            Is.EqualTo(700 - 48),
            "One horizon of each of many series is held out."
        );
        Assert.That(settings.TriesResiduals, Is.False);
    }

    [Test]
    public void One_short_monthly_series_reads_two_years_and_tries_residuals()
    {
        ForecastSettings settings = Resolve(1, 120, 12, _months, 12);
        Assert.That(
            (settings.SeasonLength, settings.WindowSize, settings.BatchSize, settings.EnsembleSize, settings.HiddenSize),
            Is.EqualTo((12, 36, 16, 3, 32))
        );
        Assert.That((settings.ValidationFraction, settings.TriesResiduals, settings.Refits), Is.EqualTo((0.2, true, true)));
    }

    [Test]
    public void Quarters_read_four_years() => Assert.That(Resolve(30, 100, 8, _quarters, 4).WindowSize, Is.EqualTo(16));

    [Test]
    public void Eleven_years_leave_windows_to_train_on_for_each_series()
    {
        ForecastSettings settings = Resolve(40, 11, 4, _years, 1);
        Assert.That(settings.SeasonLength, Is.EqualTo(1));
        Assert.That(settings.WindowSize, Is.InRange(2, 3));
    }

    [Test]
    public void A_few_very_short_series_do_not_shorten_the_windows_of_all()
    {
        TimeSeries[] series = [.. Enumerable.Range(0, 60).Select(seed => Series(seed == 0 ? 5 : 120, 12, seed))];
        Assert.That(ForecastDefaults.Resolve(new Options { Horizon = 12 }, series, _months).WindowSize, Is.EqualTo(36));
    }

    [Test]
    public void What_is_set_wins()
    {
        ForecastSettings settings = Resolve(
            1,
            120,
            12,
            _months,
            12,
            o =>
            {
                (o.WindowSize, o.SeasonLength, o.Residual, o.Normalization, o.Model) = (
                    10,
                    6,
                    ForecastResidual.LastValue,
                    WindowNormalization.LastValue,
                    ForecastModel.EncoderDecoder
                );
                (o.Cell, o.HiddenSize, o.Dropout, o.TeacherForcing, o.Differences, o.Loss) = (
                    CellKind.Lstm,
                    5,
                    0.4f,
                    0.2f,
                    true,
                    ForecastLoss.Huber
                );
                (o.EnsembleSize, o.MaxEpochs, o.BatchSize, o.LearningRate, o.LearningRateSchedule) = (
                    2,
                    7,
                    9,
                    0.5f,
                    LearningRateSchedule.Cosine
                );
                (o.ValidationFraction, o.EarlyStoppingPatience, o.RestoreBestWeights, o.TrainOnHeldOut, o.NaiveShare) = (
                    0.3,
                    4,
                    false,
                    false,
                    0.25f
                );
            }
        );
        Assert.That(
            (settings.WindowSize, settings.SeasonLength, settings.Residual, settings.Normalization, settings.Model),
            Is.EqualTo((10, 6, ForecastResidual.LastValue, WindowNormalization.LastValue, ForecastModel.EncoderDecoder))
        );
        Assert.That(
            (settings.Cell, settings.HiddenSize, settings.Dropout, settings.TeacherForcing, settings.Differences, settings.Loss),
            Is.EqualTo((CellKind.Lstm, 5, 0.4f, 0.2f, true, ForecastLoss.Huber))
        );
        Assert.That(
            (settings.EnsembleSize, settings.MaxEpochs, settings.BatchSize, settings.LearningRate, settings.Schedule),
            Is.EqualTo((2, 7, 9, 0.5f, LearningRateSchedule.Cosine))
        );
        Assert.That(
            (settings.ValidationFraction, settings.Patience, settings.RestoresBest, settings.Refits, settings.NaiveShare),
            Is.EqualTo((0.3, 4, false, false, 0.25f))
        );
        Assert.That(settings.TriesResiduals, Is.False);
    }

    [Test]
    public void Nothing_held_out_nothing_measured()
    {
        ForecastSettings settings = Resolve(1, 120, 12, _months, 12, o => o.ValidationFraction = 0);
        Assert.That((settings.Refits, settings.TriesResiduals), Is.EqualTo((false, false)));
    }

    [TestCase(30, 120, null, "one horizon of each series")]
    [TestCase(30, 120, 0.001, "0.001")]
    [TestCase(1, 120, null, "0.2")]
    [TestCase(30, 20_000, null, "0.001")]
    public void What_is_held_out_is_named(int count, int length, double? fraction, string text)
    {
        ForecastSettings settings = Resolve(count, length, 12, _months, 12, o => o.ValidationFraction = fraction);
        Assert.That(settings.ToTexts()["ValidationFraction"], Is.EqualTo(text));
    }

    [Test]
    public void What_was_chosen_is_logged_and_in_the_history()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        using RnnForecastingTransformer model = ml
            .Forecasting.ForecastByRnn(
                new Options
                {
                    Columns =
                    [
                        new ForecastColumn
                        {
                            InputColumnName = nameof(SeriesStep.Value),
                            OutputColumnName = "Forecast",
                            ConfidenceLowerBoundColumn = "Lower",
                            ConfidenceUpperBoundColumn = "Upper",
                        },
                    ],
                    Horizon = 4,
                    MaxEpochs = 3,
                    Seed = 1,
                }
            )
            .Fit(TinySeries.Load(ml, 200));
        Assert.That(log.Messages, Has.One.Contains("Chosen for 1 series of 200 steps: WindowSize 24, SeasonLength 8, "));
        Assert.That(
            log.Messages,
            Has.One.Contains("Error on the held-out ends, as a share of the naive error of each series (MASE): the network's ")
                .And.Contains(", the last season's ")
        );
        Assert.That(model.History.Options["WindowSize"], Is.EqualTo("24"));
        Assert.That(model.History.Options, Contains.Key("NaiveShare"));
        Assert.That(model.Histories, Has.Count.EqualTo(3));
        Assert.That(model.History.Epochs.Select(epoch => epoch.Epoch), Is.EqualTo(Enumerable.Range(1, model.History.Epochs.Count)));
        Assert.That(model.History.Epochs[^1].ValidationLoss, Is.Null, "The last epochs train on the held-out end too.");
    }
}
