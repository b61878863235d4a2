using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

[TestFixture]
public class BacktestTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Each_origin_is_forecast_from_what_comes_before_it([Values] bool timed)
    {
        SeriesStep[] steps = TinySeries.Steps(120);
        IDataView data = TinySeries.Load(_ml, steps);
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml, o => o.TimeColumnName = timed ? nameof(SeriesStep.Time) : null);
        BacktestResult result = _ml.Forecasting.Backtest(data, estimator, folds: 3, horizon: 4, step: 5, seasonLength: TinySeries.Period);
        Assert.That(result.Folds.Select(fold => (fold.Fold, fold.TrainingRows)), Is.EqualTo(new[] { (1, 106), (2, 111), (3, 116) }));
        for (int k = 0; k < 3; k++)
        {
            int origin = 106 + 5 * k;
            IDataView before = _ml.Data.TakeRows(data, origin);
            Assert.That(
                result.Folds[k].Forecasts.Select(forecast => forecast.Forecast),
                Is.EqualTo(TinySeries.Vectors(estimator.Fit(before).Transform(before))[^1])
            );
            Assert.That(
                result.Folds[k].Forecasts.Select(forecast => forecast.Actual),
                Is.EqualTo(steps[origin..(origin + 4)].Select(step => step.Value))
            );
            Assert.That(
                result.Folds[k].Forecasts.Select(forecast => forecast.Time),
                Is.EqualTo(steps[origin..(origin + 4)].Select(step => timed ? step.Time : (DateTime?)null))
            );
            Assert.That(
                result.Folds[k].Forecasts,
                Is.All.Matches<BacktestForecast>(forecast => forecast!.LowerBound <= forecast.UpperBound)
            );
        }
        BacktestForecast[] all = [.. result.Folds.SelectMany(fold => fold.Forecasts)];
        Assert.That(
            result.Metrics.MeanAbsoluteError,
            Is.EqualTo(all.Average(forecast => Math.Abs((double)forecast.Forecast - forecast.Actual))).Within(1e-9)
        );
        Assert.That(result.SeasonalNaive.Count, Is.EqualTo(12));
        Assert.That(result.SeasonalNaive.MeanAbsoluteError, Is.LessThan(1), "A wave repeats itself.");
    }

    [Test]
    public void Without_refit_there_is_one_training_before_the_first_origin()
    {
        IDataView data = TinySeries.Load(_ml, 120);
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml);
        BacktestResult result = _ml.Forecasting.Backtest(data, estimator, folds: 3, step: 10, refit: false);
        Assert.That(result.Folds.Select(fold => fold.Model).Distinct().Count(), Is.EqualTo(1));
        float[][] forecasts = TinySeries.Vectors(estimator.Fit(_ml.Data.TakeRows(data, 96)).Transform(data));
        Assert.That(
            result.Folds.Select(fold => fold.Forecasts.Select(forecast => forecast.Forecast).ToArray()),
            Is.EqualTo(new[] { forecasts[95], forecasts[105], forecasts[115] })
        );
    }

    [Test]
    public void All_series_have_the_same_origin_where_they_have_times()
    {
        // b ends 8 steps before a.
        IDataView data = TinySeries.Load(_ml, TinySeries.Steps(100, "a").Concat(TinySeries.Steps(92, "b", seed: 2)));
        BacktestResult result = _ml.Forecasting.Backtest(
            data,
            TinySeries.Estimator(_ml, o => (o.TimeColumnName, o.SeriesKeyColumnName) = (nameof(SeriesStep.Time), nameof(SeriesStep.Key))),
            folds: 2,
            horizon: 4,
            step: 10
        );
        Assert.That(result.Folds[0].Forecasts.Select(forecast => forecast.Series).Distinct(), Is.EquivalentTo(["a", "b"]));
        Assert.That(result.Folds[0].TrainingRows, Is.EqualTo(86 + 86));
        Assert.That(
            result.Folds[1].Forecasts.Select(forecast => forecast.Series).Distinct(),
            Is.EqualTo(["a"]),
            "Of b nothing comes after the second origin."
        );
    }

    [Test]
    public void A_pipeline_can_be_tested_too()
    {
        IDataView data = TinySeries.Load(_ml, 100);
        IEstimator<ITransformer> pipeline = _ml
            .Transforms.CopyColumns("Copy", nameof(SeriesStep.Value))
            .Append(TinySeries.Estimator(_ml, o => o.Columns[0].InputColumnName = "Copy"));
        BacktestResult result = _ml.Forecasting.Backtest(
            data,
            pipeline,
            nameof(SeriesStep.Value),
            "Forecast",
            folds: 2,
            horizon: 3,
            confidenceLowerBoundColumn: "Lower",
            confidenceUpperBoundColumn: "Upper"
        );
        Assert.That(result.Metrics.Steps, Has.Count.EqualTo(3));
        Assert.That(result.Metrics.IntervalCount, Is.EqualTo(6));
        Assert.That(result.ToString(), Does.Contain("naive").And.Contain("coverage"));
        Assert.That(
            $"{result.Folds[1]}",
            Does.Match(@"^Fold 2, 97 rows before it; 3 forecast values: MAE [0-9.E-]+, RMSE [0-9.E-]+, MAPE [0-9.]+ %$")
        );
    }

    [Test]
    public void Too_few_rows_are_an_error()
    {
        IDataView data = TinySeries.Load(_ml, 40);
        Refused.Operation(
            () => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), folds: 20),
            "No row comes before origin 1 of 20, 80 steps before the end: use fewer folds, a smaller step or horizon."
        );
        Refused.Operation(
            () => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), folds: 8),
            "Before origin 1 of 8, 32 steps before the end: "
        );
        Refused.Operation(
            () => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), folds: 8),
            "No series is long enough to train on: the longest has 8 steps"
        );
        Refused.Operation(
            () => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), folds: 8),
            "With fewer folds, or a smaller step between them, more steps come before the first origin."
        );
        Refused.Argument(() => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), folds: 0), "folds is 0; it must be at least 1.");
        Refused.Argument(
            () => _ml.Forecasting.Backtest(data, TinySeries.Estimator(_ml), columnIndex: 1),
            "columnIndex is 1, but the forecaster has 1 columns: give 0 to 0."
        );
    }
}
