using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>What default forecasts of a set came to, and the naive ones beside them.</summary>
/// <param name="Error">MASE, MSE or MAE.</param>
/// <param name="Coverage">The share of values within the bounds of 95 %.</param>
/// <param name="LastValue">The error of the last value.</param>
/// <param name="LastSeason">The error of the last season.</param>
/// <param name="Seconds">How long a Fit took.</param>
internal sealed record ForecastOutcome(double Error, double Coverage, double LastValue, double LastSeason, double Seconds);

/// <summary>What the fits of a set have in common, beside its series.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Threads">Threads of a fit.</param>
/// <param name="Change">A change to the defaults.</param>
internal sealed record FitSetup(int Seed, int Threads, Action<RnnForecastingEstimator.Options> Change);

/// <summary>Fits of forecasters with plain defaults, but for the columns, the horizon, the seed and the threads.</summary>
internal static class ForecastRuns
{
    private const string Forecast = "Forecast",
        Lower = "Lower",
        Upper = "Upper";

    /// <summary>One model of all series, which forecasts the last horizon of each: the mean over the series of their MASE.</summary>
    /// <param name="series">The series, the test horizon included.</param>
    /// <param name="timeAt">The time of a step of a series that begins at one.</param>
    /// <param name="horizon">H.</param>
    /// <param name="season">Of MASE's scale and of the naive forecast.</param>
    /// <param name="setup">Seed, threads and change.</param>
    public static ForecastOutcome Many(
        ForecastSeries[] series,
        Func<DateTime, int, DateTime> timeAt,
        int horizon,
        int season,
        FitSetup setup
    )
    {
        var ml = new MLContext(setup.Seed);
        IDataView data = ml.Data.LoadFromEnumerable(
            series.SelectMany(one =>
                one.Values[..^horizon]
                    .Select(
                        (value, t) =>
                            new Step
                            {
                                Name = one.Name,
                                Time = timeAt(one.Start, t),
                                Value = value,
                            }
                    )
            )
        );
        RnnForecastingEstimator.Options options = Options(horizon, setup);
        options.SeriesKeyColumnName = nameof(Step.Name);
        var clock = Stopwatch.StartNew();
        using RnnForecastingTransformer model = ml.Forecasting.ForecastByRnn(options).Fit(data);
        double seconds = clock.Elapsed.TotalSeconds;
        using var engine = ml.Forecasting.CreateForecastEngine<Step, Outlook>(model);
        var errors = new List<(double Own, double Last, double Seasonal, double Coverage)>();
        foreach (ForecastSeries one in series)
        {
            float[] past = one.Values[..^horizon],
                next = one.Values[^horizon..];
            double scale = Mean(past.Length - season, t => Math.Abs((double)past[t + season] - past[t]));
            // A series that never changed has no scale.
            if (scale == 0)
                continue;
            Outlook outlook = engine.Predict(one.Name);
            errors.Add(
                (
                    Mean(horizon, h => Math.Abs((double)next[h] - outlook.Forecast[h])) / scale,
                    Mean(horizon, h => Math.Abs((double)next[h] - past[^1])) / scale,
                    Mean(horizon, h => Math.Abs((double)next[h] - past[past.Length - season + h % season])) / scale,
                    Mean(horizon, h => next[h] >= outlook.Lower[h] && next[h] <= outlook.Upper[h] ? 1 : 0)
                )
            );
        }
        return new ForecastOutcome(
            errors.Average(e => e.Own),
            errors.Average(e => e.Coverage),
            errors.Average(e => e.Last),
            errors.Average(e => e.Seasonal),
            seconds
        );
    }

    /// <summary>
    /// One series of several targets, trained on its beginning, and forecast from each later step: the mean squared error of standardised
    /// values.
    /// </summary>
    /// <param name="steps">The steps, standardised.</param>
    /// <param name="training">Steps of the beginning.</param>
    /// <param name="horizon">H.</param>
    /// <param name="season">Of the naive forecast.</param>
    /// <param name="setup">Seed, threads and change.</param>
    public static ForecastOutcome Several(SeveralStep[] steps, int training, int horizon, int season, FitSetup setup)
    {
        var ml = new MLContext(setup.Seed);
        RnnForecastingEstimator.Options options = Options(horizon, setup);
        options.Columns[0].InputColumnName = nameof(SeveralStep.Values);
        var clock = Stopwatch.StartNew();
        using RnnForecastingTransformer model = ml.Forecasting.ForecastByRnn(options).Fit(ml.Data.LoadFromEnumerable(steps[..training]));
        double seconds = clock.Elapsed.TotalSeconds;
        Outlook[] outlooks =
        [
            .. ml.Data.CreateEnumerable<Outlook>(model.Transform(ml.Data.LoadFromEnumerable(steps)), reuseRowObject: false),
        ];
        int targets = steps[0].Values.Length,
            origins = steps.Length - horizon - training + 1;
        double own = 0,
            last = 0,
            seasonal = 0,
            covered = 0;
        for (int at = training - 1; at < training - 1 + origins; at++)
        for (int place = 0; place < targets * horizon; place++)
        {
            int target = place / horizon,
                next = at + 1 + place % horizon;
            double value = steps[next].Values[target];
            own += Square(value - outlooks[at].Forecast[place]);
            last += Square(value - steps[at].Values[target]);
            seasonal += Square(value - steps[next - season].Values[target]);
            covered += value >= outlooks[at].Lower[place] && value <= outlooks[at].Upper[place] ? 1 : 0;
        }
        double count = (double)origins * targets * horizon;
        return new ForecastOutcome(own / count, covered / count, last / count, seasonal / count, seconds);
    }

    /// <summary>One series, forecast from origins that roll on: the mean absolute error.</summary>
    /// <param name="values">The values.</param>
    /// <param name="timeAt">The time of a step.</param>
    /// <param name="plan">Horizon, origins and season.</param>
    /// <param name="setup">Seed, threads and change.</param>
    public static ForecastOutcome Single(float[] values, Func<int, DateTime> timeAt, RollingPlan plan, FitSetup setup)
    {
        var ml = new MLContext(setup.Seed);
        IDataView data = ml.Data.LoadFromEnumerable(values.Select((value, t) => new Step { Time = timeAt(t), Value = value }));
        RnnForecastingEstimator estimator = ml.Forecasting.ForecastByRnn(Options(plan.Horizon, setup));
        var clock = Stopwatch.StartNew();
        BacktestResult result = ml.Forecasting.Backtest(
            data,
            estimator,
            plan.Folds,
            step: plan.Step,
            refit: plan.Refits,
            seasonLength: plan.Season
        );
        double seconds = clock.Elapsed.TotalSeconds / (plan.Refits ? plan.Folds : 1);
        double last = Mean(
            plan.Folds * plan.Horizon,
            place =>
            {
                int origin = values.Length - plan.Horizon - plan.Step * (plan.Folds - 1 - place / plan.Horizon);
                return Math.Abs((double)values[origin + place % plan.Horizon] - values[origin - 1]);
            }
        );
        return new ForecastOutcome(
            result.Metrics.MeanAbsoluteError,
            result.Metrics.Coverage,
            last,
            result.SeasonalNaive.MeanAbsoluteError,
            seconds
        );
    }

    private static RnnForecastingEstimator.Options Options(int horizon, FitSetup setup)
    {
        var options = new RnnForecastingEstimator.Options
        {
            Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = nameof(Step.Value),
                    OutputColumnName = Forecast,
                    ConfidenceLowerBoundColumn = Lower,
                    ConfidenceUpperBoundColumn = Upper,
                },
            ],
            TimeColumnName = nameof(Step.Time),
            Horizon = horizon,
            Seed = setup.Seed,
            Threads = setup.Threads,
        };
        setup.Change(options);
        return options;
    }

    private static double Mean(int count, Func<int, double> value) => Enumerable.Range(0, count).Average(value);

    private static double Square(double value) => value * value;

    private sealed class Step
    {
        public string Name { get; set; } = "";

        public DateTime Time { get; set; }

        public float Value { get; set; }
    }

    private sealed class Outlook
    {
        public float[] Forecast { get; set; } = [];

        public float[] Lower { get; set; } = [];

        public float[] Upper { get; set; } = [];
    }
}

/// <summary>A step of a series of seven targets.</summary>
internal sealed class SeveralStep
{
    public DateTime Time { get; set; }

    [VectorType(ForecastSets.IllnessTargets)]
    public float[] Values { get; set; } = [];
}

/// <summary>From which origins a series is forecast.</summary>
/// <param name="Horizon">H.</param>
/// <param name="Folds">Origins; the last lies a horizon before the end.</param>
/// <param name="Step">Steps from one to the next.</param>
/// <param name="Refits">Whether a model is trained before each, or one before the first.</param>
/// <param name="Season">Of the naive forecast.</param>
internal sealed record RollingPlan(int Horizon, int Folds, int Step, bool Refits, int Season);
