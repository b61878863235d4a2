using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Backtests of series from which rows are missing.</summary>
[TestFixture]
public class BacktestGapTests
{
    private readonly MLContext _ml = new(seed: 1);

    private RnnForecastingEstimator Estimator(
        MissingSteps missing = MissingSteps.LastValue,
        Action<RnnForecastingEstimator.Options>? configure = null
    ) =>
        TinySeries.Estimator(
            _ml,
            o =>
            {
                (o.TimeColumnName, o.MissingSteps, o.HiddenSize, o.MaxEpochs) = (nameof(SeriesStep.Time), missing, 4, 1);
                configure?.Invoke(o);
            }
        );

    private BacktestResult Backtest(IEnumerable<SeriesStep> steps, RnnForecastingEstimator estimator, int folds = 2) =>
        _ml.Forecasting.Backtest(TinySeries.Load(_ml, steps), estimator, folds, refit: false);

    // With 120 steps and a horizon of 4 the origins are at 112 and 116.
    [Test]
    public void An_origin_whose_row_is_missing_is_left_out_and_counted(
        [Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing,
        [Values(110, 111, 112, 115)] int gone
    )
    {
        var log = new LogCapture(_ml);
        BacktestResult result = Backtest(TinySeries.Steps(120).Where((_, t) => t != gone), Estimator(missing));
        int[] leftOut = [gone == 111 ? 1 : 0, gone == 115 ? 1 : 0];
        Assert.That(result.Folds.Select(fold => fold.SeriesLeftOut), Is.EqualTo(leftOut));
        Assert.That(result.Folds.Select(fold => fold.Forecasts.Count), Is.EqualTo(leftOut.Select(none => none == 1 ? 0 : 4)));
        if (leftOut.Sum() == 0)
            return;
        Assert.That(
            log.Warnings,
            Has.One.Contains(
                $"1 of 1 series have no forecast and are left out, the first: its row at "
                    + $"{TinySeries.Start.AddHours(gone):yyyy-MM-dd HH:mm:ss} is missing, or has no whole window before it."
            )
        );
        Assert.That(
            result.ToString(),
            Does.Contain("no forecast").And.Contain($"Without a forecast from an origin: 1 series of fold " + $"{(gone == 111 ? 1 : 2)}")
        );
    }

    [Test]
    public void Rows_left_out_at_random_end_no_backtest([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        BacktestResult result = Backtest(
            TinySeries.Steps(160).Where((_, t) => t == 0 || random.NextDouble() > 0.1),
            Estimator(),
            folds: 10
        );
        Assert.That(result.Folds, Has.Count.EqualTo(10));
        Assert.That(
            result.Folds.Select(fold => fold.SeriesLeftOut == 1),
            Is.EqualTo(result.Folds.Select(fold => fold.Forecasts.Count == 0))
        );
        Assert.That(result.Metrics.Count, Is.GreaterThan(0));
    }

    [Test]
    public void A_missing_value_at_an_origin_is_made_up([Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing)
    {
        SeriesStep[] steps = TinySeries.Steps(120);
        steps[111].Value = float.NaN;
        Assert.That(Backtest(steps, Estimator(missing)).Folds.Select(fold => fold.Forecasts.Count), Is.EqualTo(new[] { 4, 4 }));
    }

    [Test]
    public void One_series_of_several_is_left_out()
    {
        BacktestResult result = Backtest(
            TinySeries.Steps(120, "a").Concat(TinySeries.Steps(120, "b").Where((_, t) => t != 111)),
            Estimator(configure: o => o.SeriesKeyColumnName = nameof(SeriesStep.Key))
        );
        Assert.That(result.Folds.Select(fold => fold.SeriesLeftOut), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(result.Folds[0].Forecasts.Select(forecast => forecast.Series).Distinct(), Is.EqualTo(["a"]));
    }

    [Test]
    public void Where_no_origin_has_a_forecast_it_is_an_error() =>
        Refused.Operation(
            () => Backtest(TinySeries.Steps(120).Where((_, t) => t is not (111 or 115)), Estimator()),
            "From none of the 2 origins is there a forecast with an actual value: the row before an origin is missing, has no whole window "
                + "before it, or has no values after it."
        );

    [Test]
    public void The_log_names_the_setting_of_the_forecaster_alone([Values] MissingSteps missing)
    {
        var log = new LogCapture(_ml);
        void Run() => Backtest(TinySeries.Steps(120).Where((_, t) => t != 50), Estimator(missing));
        if (missing == MissingSteps.Refuse)
            Refused.Operation(
                Run,
                "The series has no row for 2024-01-03 02:00:00 (1 such steps; rows are 01:00:00 apart), and " + "MissingSteps is Refuse"
            );
        else
            Run();
        Assert.That(
            log.Warnings.Where(line => line.Contains("imputed (")),
            missing == MissingSteps.Refuse ? Is.Empty : Is.Not.Empty.And.All.Contains($"imputed ({missing})")
        );
    }

    [Test]
    public void Evaluations_do_not_say_how_they_read([Values(MissingSteps.LastValue, MissingSteps.Linear)] MissingSteps missing)
    {
        IDataView data = TinySeries.Load(_ml, TinySeries.Steps(120).Where((_, t) => t != 50));
        IDataView view = Estimator(missing).Fit(data).Transform(data);
        var log = new LogCapture(_ml);
        _ml.Forecasting.Evaluate(view, nameof(SeriesStep.Value), "Forecast", timeColumnName: nameof(SeriesStep.Time));
        _ml.Forecasting.EvaluateSeasonalNaive(view, nameof(SeriesStep.Value), 4, 8, timeColumnName: nameof(SeriesStep.Time));
        _ml.Forecasting.Plot(view, nameof(SeriesStep.Value), "Forecast", timeColumnName: nameof(SeriesStep.Time));
        Assert.That(log.Warnings.Where(line => line.Contains("imputed (")), Is.All.Contains($"imputed ({missing})"));
    }
}
