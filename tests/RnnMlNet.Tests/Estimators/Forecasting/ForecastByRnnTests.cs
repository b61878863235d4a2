using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Forecasters learn what there is to learn, through ML.NET's surface.</summary>
[TestFixture]
public class ForecastByRnnTests
{
    private readonly MLContext _ml = new(seed: 1);

    private ForecastMetrics Errors(
        IDataView data,
        Action<RnnForecastingEstimator.Options> configure,
        string input = nameof(SeriesStep.Value),
        int season = 1
    )
    {
        RnnForecastingEstimator.Options options = TinySeries.Options(o =>
        {
            o.MaxEpochs = 40;
            o.EarlyStoppingPatience = 0;
            configure(o);
        });
        using RnnForecastingTransformer model = _ml.Forecasting.ForecastByRnn(options).Fit(data);
        return _ml.Forecasting.Evaluate(
            model.Transform(data),
            input,
            options.Columns[0].OutputColumnName!,
            timeColumnName: options.TimeColumnName,
            seriesKeyColumnName: options.SeriesKeyColumnName,
            seasonLength: season
        );
    }

    [Test]
    public void Every_model_learns_a_wave(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values] ForecastLoss loss
    ) =>
        Assert.That(
            Errors(TinySeries.Load(_ml, 200), o => (o.Model, o.Loss) = (model, loss)).MeanAbsoluteError,
            Is.LessThan(1.5),
            "The wave's height is 10."
        );

    [Test]
    public void Every_normalisation_and_residual_learns_a_wave(
        [Values] WindowNormalization normalization,
        [Values] ForecastResidual residual,
        [Values] bool differences
    ) =>
        Assert.That(
            Errors(
                TinySeries.Load(_ml, 200),
                o =>
                {
                    (o.Normalization, o.Residual, o.Differences) = (normalization, residual, differences);
                    o.SeasonLength = TinySeries.Period;
                }
            ).MeanAbsoluteError,
            Is.LessThan(1.5)
        );

    [Test]
    public void Every_cell_and_engine_learns_a_wave(
        [Values] CellKind cell,
        [Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine
    ) => Assert.That(Errors(TinySeries.Load(_ml, 200), o => (o.Cell, o.Engine) = (cell, engine)).MeanAbsoluteError, Is.LessThan(1.5));

    // Without it the steps are unpredictable: they are noise.
    [Test]
    public void What_is_known_beforehand_is_used(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model
    )
    {
        IDataView data = Coins(beforehand: true);
        double with = Errors(data, o => (o.Model, o.KnownColumnNames) = (model, [nameof(SeriesStep.Known)])).MeanAbsoluteError,
            without = Errors(data, o => o.Model = model).MeanAbsoluteError;
        Assert.That(with, Is.LessThan(0.5 * without));
    }

    [Test]
    public void What_is_known_up_to_now_is_used(
        [Values(ForecastModel.Segments, ForecastModel.Direct, ForecastModel.EncoderDecoder)] ForecastModel model
    )
    {
        IDataView data = Coins(beforehand: false);
        double with = Errors(data, o => (o.Model, o.Horizon, o.PastColumnNames) = (model, 1, [nameof(SeriesStep.Past)])).MeanAbsoluteError,
            without = Errors(data, o => (o.Model, o.Horizon) = (model, 1)).MeanAbsoluteError;
        Assert.That(with, Is.LessThan(0.5 * without));
    }

    // The value is 5 on Sundays and 0 else; a window of 3 days does not show which day it is.
    [Test]
    public void The_calendar_is_used()
    {
        IDataView data = TinySeries.Load(
            _ml,
            Enumerable
                .Range(0, 300)
                .Select(t => TinySeries.Start.AddDays(t))
                .Select(day => new SeriesStep
                {
                    Time = day,
                    Value = day.DayOfWeek == DayOfWeek.Sunday ? 5 : 0,
                    Pair = [0, 0],
                })
        );
        void Configure(RnnForecastingEstimator.Options o) =>
            (o.WindowSize, o.Horizon, o.TimeColumnName, o.Normalization, o.Loss) = (
                3,
                2,
                nameof(SeriesStep.Time),
                WindowNormalization.None,
                ForecastLoss.Squared
            );
        double with = Errors(
            data,
            o =>
            {
                Configure(o);
                o.CalendarFeatures = CalendarFeatures.DayOfWeek;
            }
        ).MeanSquaredError;
        Assert.That(with, Is.LessThan(0.3 * Errors(data, Configure).MeanSquaredError));
    }

    [Test]
    public void One_network_forecasts_many_series_of_other_sizes_and_lengths()
    {
        SeriesStep[] large = TinySeries.Steps(150, "large", size: 100, level: 1000),
            small = TinySeries.Steps(90, "small", size: 1, level: 3, seed: 2),
            brief = TinySeries.Steps(10, "brief");
        // Row by row in turns.
        SeriesStep[] rows = [.. large.Concat(small).Concat(brief).OrderBy(step => step.Time)];
        IDataView data = TinySeries.Load(_ml, rows);
        ForecastMetrics metrics = Errors(
            data,
            o => (o.SeriesKeyColumnName, o.Normalization) = (nameof(SeriesStep.Key), null),
            season: TinySeries.Period / 2
        );
        // Half a wave back everything is upside down: the scale is the height of each wave.
        Assert.That(metrics.MeanAbsoluteScaledError, Is.LessThan(0.15));

        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.SeriesKeyColumnName = nameof(SeriesStep.Key)).Fit(data);
        float[][] forecasts = TinySeries.Vectors(model.Transform(data));
        Assert.That(
            rows.Zip(forecasts).Where(row => row.First.Key == "brief").Select(row => row.Second[0]),
            Is.All.NaN,
            "A series shorter than a window has no forecast."
        );
        Assert.That(rows.Zip(forecasts).Count(row => row.First.Key == "small" && !float.IsNaN(row.Second[0])), Is.EqualTo(90 - 15));
    }

    [Test]
    public void Several_columns_and_vectors_are_several_targets()
    {
        IDataView data = TinySeries.Load(_ml, 200);
        RnnForecastingEstimator.Options options = TinySeries.Options(o =>
        {
            o.MaxEpochs = 40;
            o.Columns = [new ForecastColumn { InputColumnName = nameof(SeriesStep.Pair) }, .. o.Columns];
        });
        IDataView forecasts = _ml.Forecasting.ForecastByRnn(options).Fit(data).Transform(data);
        Assert.That(forecasts.Schema["PairForecast"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 2, 4)));
        Assert.That(_ml.Forecasting.Evaluate(forecasts, nameof(SeriesStep.Pair), "PairForecast").MeanAbsoluteError, Is.LessThan(1.5));
        Assert.That(_ml.Forecasting.Evaluate(forecasts, nameof(SeriesStep.Value), "Forecast").MeanAbsoluteError, Is.LessThan(1.5));
    }

    [Test]
    public void A_call_of_ForecastBySsa_becomes_one_of_ours_by_its_name()
    {
        IDataView data = TinySeries.Load(_ml, 120);
        RnnForecastingTransformer model = _ml
            .Forecasting.ForecastByRnn(
                outputColumnName: "Forecast",
                inputColumnName: nameof(SeriesStep.Value),
                windowSize: 8,
                seriesLength: 30,
                trainSize: 100,
                horizon: 5,
                confidenceLowerBoundColumn: "Lower",
                confidenceUpperBoundColumn: "Upper",
                confidenceLevel: 0.9f,
                variableHorizon: true
            )
            .Fit(data);
        Assert.That((model.WindowSize, model.Horizon, model.ConfidenceLevel), Is.EqualTo((8, 5, 0.9f)));
        Assert.That(model.Transform(data).Schema["Forecast"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single)));
        Refused.Argument(
            () => _ml.Forecasting.ForecastByRnn("F", "V", 30, 30, 100, 5),
            "seriesLength is 30; it must be more than windowSize, 30."
        );
    }

    [Test]
    public void Beyond_TrainSize_nothing_is_looked_at()
    {
        SeriesStep[] steps = TinySeries.Steps(120),
            other = TinySeries.Steps(120);
        foreach (SeriesStep step in other[100..])
            step.Value = 9999;
        IDataView data = TinySeries.Load(_ml, steps);
        var models = new[] { data, TinySeries.Load(_ml, other), _ml.Data.TakeRows(data, 100) }
            .Select(view => TinySeries.Estimator(_ml, o => o.TrainSize = 100).Fit(view))
            .ToArray();
        float[][][] forecasts = [.. models.Select(model => TinySeries.Vectors(model.Transform(data)))];
        Assert.That(forecasts[1], Is.EqualTo(forecasts[0]));
        Assert.That(forecasts[2], Is.EqualTo(forecasts[0]));
    }

    // What is held out decides when training stops and how wide intervals are, but no weight is changed by it.
    [Test]
    public void What_is_held_out_is_not_trained_on()
    {
        SeriesStep[] other = TinySeries.Steps(120);
        foreach (SeriesStep step in other[108..])
            step.Value = -step.Value;
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml, o => (o.RestoreBestWeights, o.EarlyStoppingPatience) = (false, 0));
        IDataView data = TinySeries.Load(_ml, 120);
        Assert.That(
            TinySeries.Vectors(estimator.Fit(TinySeries.Load(_ml, other)).Transform(data)),
            Is.EqualTo(TinySeries.Vectors(estimator.Fit(data).Transform(data)))
        );
    }

    [Test]
    public void Training_says_how_it_goes()
    {
        var reports = new List<EpochReport>();
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        RnnForecastingTransformer model = TinySeries.Estimator(ml, o => o.Progress = new Progress(reports.Add)).Fit(TinySeries.Load(ml));
        Assert.That(reports.Select(report => report.Epoch), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(reports, Is.All.Matches<EpochReport>(report => report!.ValidationLoss > 0 && report.MetricName == "Standardised RMSE"));
        Assert.That(
            new Plots.SvgDocument(model.History.Plot().ToSvg()).Names("y-axis"),
            Does.Contain("Standardised RMSE (in " + "standard deviations of each series)")
        );
        // 120 steps: 12 held out, windows of 16 and 4 before them.
        Assert.That((model.History.TrainingRows, model.History.ValidationRows), Is.EqualTo((120 - 12 - 16 - 4 + 1, 12 - 4 + 1)));
        Assert.That(log.Messages, Has.Some.Contains("Training on 89 windows of 1 series, validating on 9"));
        Assert.That(
            log.Warnings,
            Has.One.Contains("The 9 windows that were held out are too few to measure a 95 % interval at each step of the horizon")
                .Or.One.Contains("The 9 windows that were held out are too few to measure a 95% interval")
        );
    }

    // In units of the target's deviation over the training steps, however windows are divided.
    [Test]
    public void The_validation_metric_is_that_of_the_forecasts([Values] WindowNormalization normalization, [Values] ForecastLoss loss)
    {
        SeriesStep[] steps = TinySeries.Steps(120);
        IDataView data = TinySeries.Load(_ml, steps);
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => (o.Normalization, o.Loss) = (normalization, loss)).Fit(data);
        float[] trained = [.. steps[..108].Select(step => step.Value)];
        double mean = trained.Average(),
            deviation = Math.Sqrt(trained.Average(value => (value - mean) * (value - mean)));
        double error = _ml
            .Forecasting.Evaluate(
                _ml.Data.SkipRows(model.Transform(data), 107),
                nameof(SeriesStep.Value),
                "Forecast",
                wholeHorizonOnly: true
            )
            .RootMeanSquaredError;
        Assert.That(model.History.Epochs[model.History.BestEpoch - 1].ValidationMetric, Is.EqualTo(error / deviation).Within(1e-4));
    }

    [Test]
    public void The_same_seed_gives_the_same_model_and_the_same_estimator_too([Values] ForecastModel model)
    {
        IDataView data = TinySeries.Load(_ml);
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml, o => (o.Model, o.Dropout) = (model, 0.2f));
        float[][] first = TinySeries.Vectors(estimator.Fit(data).Transform(data));
        Assert.That(TinySeries.Vectors(estimator.Fit(data).Transform(data)), Is.EqualTo(first));
        Assert.That(
            TinySeries.Vectors(
                TinySeries.Estimator(_ml, o => (o.Model, o.Dropout, o.Threads) = (model, 0.2f, 1)).Fit(data).Transform(data)
            ),
            Is.EqualTo(first)
        );
    }

    [Test]
    public void A_training_that_was_cut_off_goes_on_to_the_same_model()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("fit.ckpt");
        IDataView data = TinySeries.Load(_ml);
        float[][] whole = TinySeries.Vectors(TinySeries.Estimator(_ml, o => o.Dropout = 0.2f).Fit(data).Transform(data));

        using var cancel = new CancellationTokenSource();
        void Keep(RnnForecastingEstimator.Options o) => (o.Dropout, o.CheckpointPath) = (0.2f, path);
        Assert.That(
            () =>
                TinySeries
                    .Estimator(
                        _ml,
                        o =>
                        {
                            Keep(o);
                            o.CancellationToken = cancel.Token;
                            o.Progress = new Progress(report => cancel.Cancel());
                        }
                    )
                    .Fit(data),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(path, Does.Exist);
        Refused.Operation(
            () =>
                TinySeries
                    .Estimator(
                        _ml,
                        o =>
                        {
                            Keep(o);
                            o.WindowSize = 12;
                        }
                    )
                    .Fit(data),
            "WindowSize was 16, is 12"
        );
        Assert.That(TinySeries.Vectors(TinySeries.Estimator(_ml, Keep).Fit(data).Transform(data)), Is.EqualTo(whole));
        Assert.That(path, Does.Not.Exist);
    }

    // 0 or 10, by a coin that is tossed one step before (or told).
    private IDataView Coins(bool beforehand)
    {
        var random = new Random(3);
        float[] coins = [.. Enumerable.Range(0, 401).Select(_ => 10f * random.Next(2))];
        return TinySeries.Load(
            _ml,
            Enumerable
                .Range(0, 400)
                .Select(t => new SeriesStep
                {
                    Value = coins[t],
                    Known = beforehand ? coins[t] : 0,
                    Past = coins[t + 1],
                    Pair = [0, 0],
                })
        );
    }

    private sealed class Progress(Action<EpochReport> report) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => report(value);
    }
}
