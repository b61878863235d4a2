using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Checkpoints;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// One Fit of a forecaster: read the series, hold their ends out, learn the scaling of what is left, train networks on its windows, and measure on the ends how
/// wide intervals must be. It keeps nothing, so an estimator can be fitted any number of times.
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
        IReadOnlyList<TrainingResult> results = Train(log, span, new WindowReader(layout, scaling.Targets, scaling.Past, scaling.Known), shape, quantiles, left);
        TrainedNetwork[] networks = [.. results.Select(result => new TrainedNetwork(shape, result.Weights, null, null, result.History))];
        var forecaster = new ForecastNetwork(networks, layout, scaling.Targets, scaling.Past, scaling.Known) { Quantiles = quantiles };
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

    private IReadOnlyList<TrainingResult> Train(IChannel log, TrainingSpan span, WindowReader reader, NetworkShape shape, float[] quantiles, TrainingState? left)
    {
        LossKind loss = ForecastLayout.Loss(options.Loss);
        return new NetworkFits(host, log, options, seed)
        {
            Shape = shape,
            Training = new WindowSet(span.Steps, reader, span.TrainingEnds, loss),
            Validation = span.HasTail ? new WindowSet(span.Steps, reader, span.ValidationEnds, loss) : null,
            Loss = loss,
            Quantiles = quantiles,
            Checkpoints = Checkpoints,
        }.Run(left);
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
