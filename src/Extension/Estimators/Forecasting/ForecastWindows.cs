using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Series that have been read, as the windows that a forecaster's options make of them: those to train on, those held out, and the networks that read them.
/// </summary>
internal sealed class ForecastWindows
{
    private readonly Options _options;
    private readonly SeriesSet _set;
    private readonly SeriesScaling _scaling;

    /// <param name="host">Whose errors.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="set">The series.</param>
    /// <exception cref="InvalidOperationException">No series is long enough.</exception>
    public ForecastWindows(IHost host, Options options, SeriesBinding binding, SeriesSet set)
    {
        (_options, _set) = (options, set);
        Layout = ForecastLayout.Of(options, binding);
        Span = new TrainingSpan(host, Beginning(options, set.Series), Layout, ForecastDefaults.Resolve(options).ValidationFraction);
        _scaling = SeriesScaling.Learn(Span.Steps, Span.Tails);
        Quantiles = ForecastLayout.Quantiles(options);
        Shape = ForecastLayout.Shape(options, Layout, Math.Max(1, Quantiles.Length));
        Loss = ForecastLayout.Loss(options.Loss);
        var reader = new WindowReader(Layout, _scaling.Targets, _scaling.Past, _scaling.Known);
        Training = new WindowSet(Span.Steps, reader, Span.TrainingEnds, Loss);
        Validation = Span.HasTail ? new WindowSet(Span.Steps, reader, Span.ValidationEnds, Loss) : null;
    }

    /// <summary>How windows are read.</summary>
    public WindowLayout Layout { get; }

    /// <summary>Which steps are trained on, and which are held out.</summary>
    public TrainingSpan Span { get; }

    /// <summary>The networks' sizes.</summary>
    public NetworkShape Shape { get; }

    /// <summary>What training makes small.</summary>
    public LossKind Loss { get; }

    /// <summary>Of a quantile loss.</summary>
    public float[] Quantiles { get; }

    /// <summary>Windows to train on.</summary>
    public WindowSet Training { get; }

    /// <summary>Windows held out; null for none.</summary>
    public WindowSet? Validation { get; }

    /// <summary>What was learnt, without intervals.</summary>
    /// <param name="results">What the trainings of the networks came to.</param>
    public ForecastNetwork Network(IReadOnlyList<TrainingResult> results) =>
        new([.. results.Select(result => new TrainedNetwork(Shape, result.Weights, null, null, result.History))], Layout, _scaling.Targets, _scaling.Past, _scaling.Known) { Quantiles = Quantiles };

    /// <summary>What was learnt, with intervals measured on what was held out, and with the ends of the series.</summary>
    /// <param name="log">Is warned where too little was held out.</param>
    /// <param name="results">What the trainings of the networks came to.</param>
    public TrainedForecaster Forecaster(IChannel log, IReadOnlyList<TrainingResult> results)
    {
        ForecastNetwork network = Network(results);
        return new TrainedForecaster(network, Calibrate(log, network), _set.Grid, Tails(network.Reach))
        {
            IntervalAdaptation = _options.IntervalAdaptation,
        };
    }

    private static IReadOnlyList<KeyedSeries> Beginning(Options options, IReadOnlyList<KeyedSeries> series) => options.TrainSize is not int size
        ? series
        : [.. series.Select(one => one.Steps.Length <= size ? one : one with { Steps = one.Steps.AsKnownAt(size, size, ahead: 0) })];

    private IntervalScores? Calibrate(IChannel log, ForecastNetwork forecaster)
    {
        if (!Span.HasTail)
            return null;
        IntervalScores scores = new IntervalCalibration(forecaster).Run(Span.Steps, Span.ValidationEnds);
        if (!scores.AreEnoughFor(_options.ConfidenceLevel) && _options.Columns.Any(column => column.HasBounds))
            log.Warning(
                $"The {scores.Counts.Min()} windows that were held out are too few to measure a {_options.ConfidenceLevel:P0} interval at each step of the horizon: its width comes from the errors at all steps together. " +
                "A longer series, or a larger ValidationFraction, would give each step its own.");
        return scores;
    }

    // A series whose rows are all of the time to come has no end to go on from.
    private IReadOnlyList<KeyedSeries> Tails(int reach) => [.. Span.Series.Select(series => Tail(series, _set.Grid, reach)).Where(tail => tail.Steps.Length > 0)];

    // What stands before its first whole step was made up from a later one.
    private static KeyedSeries Tail(KeyedSeries series, TimeGrid? grid, int reach)
    {
        int start = Math.Max(series.Steps.StartOfLast(reach), Math.Min(series.Steps.FirstWhole, series.Steps.Length));
        KeyedSeries tail = series with { Steps = series.Steps.Slice(start, series.Steps.Length - start), Start =
            grid?.TimeAt(series.Origin, start) ?? 0 };
        return tail with { Offsets = tail.Offsets.From(tail.Start) };
    }
}
