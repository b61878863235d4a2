using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>One training on series that have been read: their windows, the network that the options ask for, the plan of its training, and the engine that computes it.</summary>
internal sealed class ForecastTraining : IDisposable
{
    private readonly Options _options;
    private readonly SeriesSet _set;
    private readonly SeriesScaling _scaling;
    private readonly float[] _quantiles;
    private readonly NetworkShape _shape;
    private readonly TrainingPlan _plan;
    private readonly WindowSet _training;
    private readonly WindowSet? _validation;

    /// <param name="host">Whose errors.</param>
    /// <param name="log">Is told what could not be done as asked.</param>
    /// <param name="options">What to train, and how.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="set">The series.</param>
    /// <param name="seed">Of weights, order and dropout.</param>
    /// <exception cref="InvalidOperationException">No series is long enough.</exception>
    public ForecastTraining(IHost host, IChannel log, Options options, SeriesBinding binding, SeriesSet set, int seed)
    {
        (_options, _set) = (options, set);
        Layout = ForecastLayout.Of(options, binding);
        Span = new TrainingSpan(host, Beginning(options, set.Series), Layout, options.ValidationFraction);
        _scaling = SeriesScaling.Learn(Span.Steps, Span.Tails);
        _quantiles = ForecastLayout.Quantiles(options);
        _shape = ForecastLayout.Shape(options, Layout, Math.Max(1, _quantiles.Length));
        LossKind loss = ForecastLayout.Loss(options.Loss);
        var reader = new WindowReader(Layout, _scaling.Targets, _scaling.Past, _scaling.Known);
        _training = new WindowSet(Span.Steps, reader, Span.TrainingEnds, loss);
        _validation = Span.HasTail ? new WindowSet(Span.Steps, reader, Span.ValidationEnds, loss) : null;
        _plan = FitPlan.Of(options, loss, _validation is not null, seed) with { Quantiles = _quantiles };
        Engine = FitEngine.Create(log, options, seed, new EngineSettings
        {
            Shape = _shape,
            InitialWeights = WeightInitializer.Create(_shape, forgetBias: 1, seed),
            Loss = loss,
            Quantiles = _quantiles,
            TeacherForcing = options.TeacherForcing,
            HeadDropout = options.Dropout,
        });
    }

    /// <summary>How windows are read.</summary>
    public WindowLayout Layout { get; }

    /// <summary>Which windows are trained on, and which are held out.</summary>
    public TrainingSpan Span { get; }

    public ITrainingEngine Engine { get; }

    /// <summary>Windows to train on.</summary>
    public long TrainingWindows => _training.Windows;

    /// <summary>Windows held out.</summary>
    public long ValidationWindows => _validation?.Windows ?? 0;

    /// <summary>The loop, not yet run.</summary>
    /// <param name="observer">Is told how it goes.</param>
    /// <param name="checkpoints">Where its state is kept; null for nowhere.</param>
    /// <param name="pauseAfter">The epoch after which it ends early; null for none.</param>
    public TrainingLoop Loop(ITrainingObserver observer, ICheckpoints? checkpoints = null, int? pauseAfter = null) =>
        new(Engine, _plan, _shape.Outputs, _training, _validation, observer, _options.CancellationToken) { Checkpoints = checkpoints, PauseAfter = pauseAfter };

    /// <summary>What was learnt, without intervals.</summary>
    /// <param name="result">What the loop came to.</param>
    public ForecastNetwork Network(TrainingResult result) =>
        new(new TrainedNetwork(_shape, result.Weights, null, null, result.History), Layout, _scaling.Targets, _scaling.Past, _scaling.Known) { Quantiles = _quantiles };

    /// <summary>What was learnt, with intervals measured on what was held out, and with the ends of the series.</summary>
    /// <param name="log">Is warned where too little was held out.</param>
    /// <param name="result">What the loop came to.</param>
    public TrainedForecaster Forecaster(IChannel log, TrainingResult result)
    {
        ForecastNetwork network = Network(result);
        return new TrainedForecaster(network, Calibrate(log, network), _set.Grid, [.. Span.Series.Select(series => Tail(series, _set.Grid, network.Reach))])
        {
            IntervalAdaptation = _options.IntervalAdaptation,
        };
    }

    public void Dispose() => Engine.Dispose();

    private static IReadOnlyList<KeyedSeries> Beginning(Options options, IReadOnlyList<KeyedSeries> series) => options.TrainSize is not int size
        ? series
        : [.. series.Select(one => one.Steps.Length <= size ? one : one with { Steps = one.Steps.Slice(0, size) })];

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

    private static KeyedSeries Tail(KeyedSeries series, TimeGrid? grid, int reach)
    {
        int start = Math.Max(0, series.Steps.Length - reach);
        return series with { Steps = series.Steps.Slice(start, series.Steps.Length - start), Start = grid?.TimeAt(series.Start, start) ?? 0 };
    }
}
