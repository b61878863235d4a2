using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// One Fit of a forecaster: read the series, hold their ends out, learn the scaling of what is left, train on its windows, and measure on the ends how wide
/// intervals must be. It keeps nothing, so an estimator can be fitted any number of times.
/// </summary>
internal sealed class ForecastFit(IHost host, Options options, SeriesColumns columns, int seed)
{
    /// <summary>Where training keeps its state; null for nowhere.</summary>
    public FitCheckpoints? Checkpoints { get; init; }

    public TrainedForecaster Run(IDataView data)
    {
        using IChannel log = host.Start("Training");
        RandomSplit.Refuse(host, data, columns.Time is not null);
        var binding = SeriesBinding.Bind(host, data.Schema, columns);
        WindowLayout layout = ForecastLayout.Of(options, binding);
        SeriesSet set = new SeriesReader(host, data, binding) { Cancellation = options.CancellationToken }.Read();
        var span = new TrainingSpan(host, Beginning(set.Series), layout, options.ValidationFraction);
        TrainingState? left = Checkpoints?.Begin(seed, Fingerprint(set, span), options.MaxEpochs);

        SeriesScaling scaling = SeriesScaling.Learn(span.Steps, span.Tails);
        float[] quantiles = ForecastLayout.Quantiles(options);
        NetworkShape shape = ForecastLayout.Shape(options, layout, Math.Max(1, quantiles.Length));
        TrainingResult result = Train(log, span, new WindowReader(layout, scaling.Targets, scaling.Past, scaling.Known), shape, quantiles, left);
        var network = new TrainedNetwork(shape, result.Weights, null, null, result.History);
        var forecaster = new ForecastNetwork(network, layout, scaling.Targets, scaling.Past, scaling.Known) { Quantiles = quantiles };
        return new TrainedForecaster(forecaster, Calibrate(log, forecaster, span), set.Grid, [.. span.Series.Select(series => Tail(series, set.Grid, forecaster.Reach))])
        {
            IntervalAdaptation = options.IntervalAdaptation,
        };
    }

    private IReadOnlyList<KeyedSeries> Beginning(IReadOnlyList<KeyedSeries> series) => options.TrainSize is not int size
        ? series
        : [.. series.Select(one => one.Steps.Length <= size ? one : one with { Steps = one.Steps.Slice(0, size) })];

    private Fingerprint Fingerprint(SeriesSet set, TrainingSpan span) => FitFingerprint.Of(options, seed,
        FormattableString.Invariant($"{set.Series.Count} series, {set.Series.Sum(series => (long)series.Steps.Length)} steps, checksum {Checksum.Of(set.Series)}"),
        FormattableString.Invariant($"the last {span.Steps.Zip(span.Tails, (steps, tail) => (long)steps.Length - tail).Sum()} steps"), warmStart: null);

    private TrainingResult Train(IChannel log, TrainingSpan span, WindowReader reader, NetworkShape shape, float[] quantiles, TrainingState? left)
    {
        LossKind loss = ForecastLayout.Loss(options.Loss);
        var training = new WindowSet(span.Steps, reader, span.TrainingEnds, loss);
        WindowSet? validation = span.HasTail ? new WindowSet(span.Steps, reader, span.ValidationEnds, loss) : null;
        TrainingPlan plan = FitPlan.Of(options, loss, validation is not null, seed) with { Quantiles = quantiles };
        using ITrainingEngine engine = FitEngine.Create(log, options, seed, new EngineSettings
        {
            Shape = shape,
            InitialWeights = WeightInitializer.Create(shape, forgetBias: 1, seed),
            Loss = loss,
            Quantiles = quantiles,
            TeacherForcing = options.TeacherForcing,
            HeadDropout = options.Dropout,
        });
        log.Info($"Training on {training.Windows} windows of {span.Steps.Count} series, validating on {validation?.Windows ?? 0}, {engine.Description}.");
        using var observer = new FitObserver(host, log, "Training the forecaster", options.MaxEpochs, options.Progress);
        var loop = new TrainingLoop(engine, plan, shape.Outputs, training, validation, observer, options.CancellationToken) { Checkpoints = Checkpoints };
        if (left is not null)
            FitResumption.Resume(log, loop, left, options.CheckpointPath!, hasDropout: options.Dropout > 0);
        TrainingResult result = loop.Run();
        if (result.History.StopReason != StopReason.Cancelled)
            Checkpoints?.Delete();
        return result;
    }

    private IntervalScores? Calibrate(IChannel log, ForecastNetwork forecaster, TrainingSpan span)
    {
        if (!span.HasTail)
            return null;
        IntervalScores scores = new IntervalCalibration(forecaster).Run(span.Steps, span.ValidationEnds);
        if (!scores.AreEnoughFor(options.ConfidenceLevel) && options.Columns.Any(column => column.HasBounds))
            log.Warning(
                $"The {scores.Counts.Min()} windows that were held out are too few to measure a {options.ConfidenceLevel:P0} interval at each step of the horizon: its width comes from the errors at all steps together. " +
                "A longer series, or a larger ValidationFraction, would give each step its own.");
        return scores;
    }

    private static KeyedSeries Tail(KeyedSeries series, TimeGrid? grid, int reach)
    {
        int start = Math.Max(0, series.Steps.Length - reach);
        return series with { Steps = series.Steps.Slice(start, series.Steps.Length - start), Start = grid?.TimeAt(series.Start, start) ?? 0 };
    }
}
