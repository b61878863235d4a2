using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Metrics worked out by hand.</summary>
[TestFixture]
public class ForecastEvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public string Key { get; set; } = "";
        public float Value { get; set; }

        [VectorType(2)]
        public float[] Forecast { get; set; } = [float.NaN, float.NaN];

        [VectorType(2)]
        public float[] Lower { get; set; } = [float.NaN, float.NaN];

        [VectorType(2)]
        public float[] Upper { get; set; } = [float.NaN, float.NaN];
    }

    // Forecasts at the second and the third row, of which one is for a step beyond the end.
    private static Row[] Rows() =>
        [
            new() { Value = 2 },
            new()
            {
                Value = 3,
                Forecast = [5, 8],
                Lower = [3, 9],
                Upper = [6, 11],
            },
            new()
            {
                Value = 4,
                Forecast = [8, 1],
                Lower = [7, 0],
                Upper = [9, 9],
            },
            new() { Value = 6 },
        ];

    [Test]
    public void Values_are_compared_with_the_forecasts_for_them()
    {
        Row[] rows =
        [
            new() { Value = 2 },
            new()
            {
                Value = 3,
                Forecast = [5, 8],
                Lower = [3, 9],
                Upper = [6, 11],
            },
            new() { Value = 4 },
            new() { Value = 10 },
        ];
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(_ml.Data.LoadFromEnumerable(rows), "Value", "Forecast", "Lower", "Upper", 0.9f);

        // Errors 5 - 4 and 8 - 10.
        Assert.That((metrics.Count, metrics.IntervalCount, metrics.SkippedCount), Is.EqualTo((2L, 2L, 3L)));
        Assert.That(metrics.MeanAbsoluteError, Is.EqualTo(1.5));
        Assert.That(metrics.MeanSquaredError, Is.EqualTo(2.5));
        Assert.That(metrics.RootMeanSquaredError, Is.EqualTo(Math.Sqrt(2.5)));
        Assert.That(metrics.MeanAbsolutePercentageError, Is.EqualTo(100 * (1 / 4.0 + 2 / 10.0) / 2).Within(1e-9));
        Assert.That(metrics.SymmetricMeanAbsolutePercentageError, Is.EqualTo(200 * (1 / 9.0 + 2 / 18.0) / 2).Within(1e-9));
        // The last value errs by 1, 1 and 6.
        Assert.That(metrics.MeanAbsoluteScaledError, Is.EqualTo(1.5 / (8 / 3.0)).Within(1e-9));
        // About their mean, 7, the values have squares of 9 and 9.
        Assert.That(metrics.RelativeSquaredError, Is.EqualTo(Math.Sqrt(5.0 / 18)).Within(1e-9));
        // 4 in [3, 6], 10 in [9, 11]; quantile losses at .05 and .95: .05 * 1 and .05 * 2, .05 * 1 and .05 * 1.
        Assert.That(metrics.Coverage, Is.EqualTo(1));
        Assert.That(metrics.MeanIntervalWidth, Is.EqualTo(2.5));
        Assert.That(metrics.PinballLoss, Is.EqualTo(0.05 * (1 + 2 + 1 + 1) / 4).Within(1e-7));
        Assert.That(
            metrics.Steps.Select(step => (step.Step, step.Count, step.MeanAbsoluteError)),
            Is.EqualTo(new[] { (1, 1L, 1.0), (2, 1L, 2.0) })
        );
    }

    [Test]
    public void A_value_beyond_its_bounds_is_not_covered()
    {
        Row[] rows =
        [
            new()
            {
                Value = 1,
                Forecast = [2, 2],
                Lower = [1, 1],
                Upper = [3, 3],
            },
            new() { Value = 3 },
            new() { Value = 3.5f },
        ];
        ForecastMetrics metrics = _ml.Forecasting.Evaluate(_ml.Data.LoadFromEnumerable(rows), "Value", "Forecast", "Lower", "Upper", 0.8f);
        Assert.That(metrics.Steps.Select(step => step.Coverage), Is.EqualTo(new[] { 1.0, 0.0 }), "On a bound is within.");
    }

    [Test]
    public void Only_whole_horizons_count_where_that_is_asked()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows());
        Assert.That(_ml.Forecasting.Evaluate(data, "Value", "Forecast").Count, Is.EqualTo(3));
        Assert.That(_ml.Forecasting.Evaluate(data, "Value", "Forecast", wholeHorizonOnly: true).Count, Is.EqualTo(2));
    }

    [Test]
    public void Series_are_told_apart()
    {
        Row[] rows =
        [
            new()
            {
                Key = "a",
                Value = 1,
                Forecast = [2, 3],
            },
            new() { Key = "b", Value = 100 },
            new() { Key = "a", Value = 2 },
            new() { Key = "b", Value = 200 },
            new() { Key = "a", Value = 3 },
        ];
        Assert.That(
            _ml.Forecasting.Evaluate(_ml.Data.LoadFromEnumerable(rows), "Value", "Forecast", seriesKeyColumnName: "Key").MeanAbsoluteError,
            Is.Zero
        );
    }

    [Test]
    public void The_naive_forecast_repeats_the_last_season()
    {
        float[] values = [1, 5, 2, 6, 4];
        IDataView data = _ml.Data.LoadFromEnumerable(values.Select(value => new Row { Value = value }));
        // One step ahead 1 for 2, 5 for 6 and 2 for 4; two steps ahead the same.
        ForecastMetrics metrics = _ml.Forecasting.EvaluateSeasonalNaive(data, "Value", horizon: 2, seasonLength: 2);
        Assert.That(metrics.Steps.Select(step => (step.Count, step.MeanAbsoluteError)), Is.EqualTo(new[] { (3L, 4 / 3.0), (3L, 4 / 3.0) }));
        // Of season 1, two steps ahead: 1 for 2, 5 for 6, 2 for 4.
        Assert.That(
            _ml.Forecasting.EvaluateSeasonalNaive(data, "Value", horizon: 2, seasonLength: 1).Steps[1].MeanAbsoluteError,
            Is.EqualTo(4 / 3.0)
        );
    }

    [Test]
    public void Nothing_to_evaluate_is_an_error() =>
        Refused.Operation(
            () => _ml.Forecasting.Evaluate(_ml.Data.LoadFromEnumerable(Rows()[2..3]), "Value", "Forecast"),
            "There is nothing to evaluate: among 1 rows in 1 series there is no row with a forecast in column 'Forecast' for a later "
                + "step of its series that has a value in 'Value'"
        );

    [Test]
    public void Wrong_columns_are_refused()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows());
        Refused.Argument(
            () => _ml.Forecasting.Evaluate(data, "Value", "Value"),
            "Schema mismatch for forecast column 'Value': expected a vector of Single, one for each step, got Single"
        );
        Refused.Argument(() => _ml.Forecasting.Evaluate(data, "Nothing", "Forecast"), "Could not find input column 'Nothing'");
        Refused.Argument(
            () => _ml.Forecasting.Evaluate(data, "Value", "Forecast", "Lower"),
            "Only one of the two bounds has a column: name both the lower and the upper one, or neither."
        );
    }

    [Test]
    public void A_table_is_for_reading()
    {
        string text = _ml.Forecasting.Evaluate(_ml.Data.LoadFromEnumerable(Rows()), "Value", "Forecast", "Lower", "Upper").ToString();
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries);
        Assert.That(lines[0], Does.StartWith("3 forecast values: MAE 1.667, RMSE 1.732, MAPE "));
        Assert.That(lines[1], Does.StartWith("3 intervals: coverage "));
        Assert.That(
            lines[2].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "Step", "MAE", "RMSE", "MAPE", "%", "Coverage", "Width" })
        );
        Assert.That(lines, Has.Length.EqualTo(5));
    }
}
