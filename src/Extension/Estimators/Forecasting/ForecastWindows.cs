using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The windows of series that have been read, by a forecaster's options: those to train on, those held out, and the networks that read
/// them.
/// </summary>
internal sealed class ForecastWindows
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly SeriesSet _set;
    private readonly SeriesScaling _scaling;
    private readonly SeriesUnits _units;

    /// <param name="host">Creates the errors.</param>
    /// <param name="options">The options.</param>
    /// <param name="binding">The columns.</param>
    /// <param name="set">The series.</param>
    /// <param name="warmStart">The model to continue from; null for none.</param>
    /// <exception cref="InvalidOperationException">No series is long enough.</exception>
    public ForecastWindows(IHost host, Options options, SeriesBinding binding, SeriesSet set, ForecastWarmStart? warmStart = null)
        : this(
            host,
            options,
            set,
            warmStart,
            Used(host, options, set),
            settings: null,
            settings =>
                ForecastLayout.Of(settings, binding) with
                {
                    Categories =
                        warmStart?.Layout.Categories
                        ?? ForecastLayout.Categories(
                            binding,
                            options.EmbedSeries ? set.Series.Count : null,
                            settings.CategoryEmbeddingSize
                        ),
                    EmbedsSeries = options.EmbedSeries,
                }
        ) { }

    private ForecastWindows(
        IHost host,
        Options options,
        SeriesSet set,
        ForecastWarmStart? warmStart,
        IReadOnlyList<KeyedSeries> series,
        ForecastSettings? settings,
        Func<ForecastSettings, WindowLayout> layout
    )
    {
        (_host, _options, _set, WarmStart) = (host, options, set, warmStart);
        Settings = settings ?? Resolve(options, series, set, warmStart);
        Layout = layout(Settings);
        CheckSize(host, Settings, Layout);
        Span = new TrainingSpan(host, series, Layout, Settings.ValidationFraction);
        _scaling = warmStart?.Scaling ?? SeriesScaling.Learn(Span.Steps, Span.Tails, set.OneHot, set.StaticNumbers);
        _units = SeriesUnits.OfNaiveErrors(Span.Steps, Span.Tails, Settings.SeasonLength);
        Shape = ForecastLayout.Shape(Settings, Layout);
        Loss = LossRegistry.Named(Settings.Loss);
        bool isSquared = LossRegistry.Of(Loss).IsSquared;
        var reader = new WindowReader(Layout, _scaling.Targets, _scaling.Past, _scaling.Known, _scaling.Statics);
        SeriesUnits deviations = SeriesUnits.Learn(Span.Steps, Span.Tails);
        Training = new WindowSet(Span.Steps, reader, Span.TrainingEnds, isSquared, deviations) { HidesSeries = true };
        Validation = Span.HasTail ? new WindowSet(Span.Steps, reader, Span.ValidationEnds, isSquared, deviations) : null;
        All = new WindowSet(Span.Steps, reader, Span.AllEnds, isSquared, deviations) { HidesSeries = true };
    }

    /// <summary>The options of a Fit on the series, those chosen that are null.</summary>
    public static ForecastSettings SettingsOf(IHost host, Options options, SeriesSet set) =>
        Resolve(options, Used(host, options, set), set, warmStart: null);

    private static ForecastSettings Resolve(
        Options options,
        IReadOnlyList<KeyedSeries> series,
        SeriesSet set,
        ForecastWarmStart? warmStart
    ) => ForecastDefaults.Resolve(options, [.. series.Select(one => one.Steps)], set.Grid, warmStart);

    /// <summary>The model to continue from; null for none.</summary>
    public ForecastWarmStart? WarmStart { get; }

    /// <summary>The options that shape learning.</summary>
    public ForecastSettings Settings { get; }

    /// <summary>The layout of windows.</summary>
    public WindowLayout Layout { get; }

    /// <summary>Means and deviations over all series.</summary>
    public SeriesScaling Scaling => _scaling;

    /// <summary>The training steps, and the held-out ones.</summary>
    public TrainingSpan Span { get; }

    /// <summary>The networks' sizes.</summary>
    public NetworkShape Shape { get; }

    /// <summary>The training loss.</summary>
    public LossKind Loss { get; }

    /// <summary>Windows to train on.</summary>
    public WindowSet Training { get; }

    /// <summary>Windows held out; null for none.</summary>
    public WindowSet? Validation { get; }

    /// <summary>All windows, including those of the held-out ends.</summary>
    public WindowSet All { get; }

    /// <summary>The same windows with another residual.</summary>
    public ForecastWindows With(ForecastResidual residual) =>
        new(_host, _options, _set, WarmStart, Span.Series, Settings with { Residual = residual }, _ => Layout with { Residual = residual });

    /// <summary>The windows of the first part of each series; null where none is long enough.</summary>
    /// <param name="part">The share of its steps, in (0, 1).</param>
    public ForecastWindows? Beginning(double part)
    {
        KeyedSeries[] beginnings = [.. Span.Series.Select(series => Beginning(series, (int)(part * series.Steps.Length)))];
        return TrainingSpan.IsLongEnough(beginnings, Layout, Settings.ValidationFraction)
            ? new(_host, _options, _set, WarmStart, beginnings, Settings, _ => Layout)
            : null;
    }

    /// <summary>Number of non-overlapping horizons in the training steps, over all series and targets.</summary>
    public long Horizons => Span.HorizonsOf(Layout);

    /// <summary>The errors of trained networks on the held-out ends.</summary>
    public HeldOutErrors Errors(IChannel log, IReadOnlyList<TrainingResult> results) =>
        new HeldOutMeasure(log, Network(results), Settings, Span, _units).Errors();

    /// <summary>The trained forecaster, without intervals.</summary>
    /// <param name="results">The results of the networks' trainings.</param>
    public ForecastNetwork Network(IReadOnlyList<TrainingResult> results) =>
        new(
            [.. results.Select(result => new TrainedNetwork(Shape, result.Weights, null, null, result.History))],
            Layout,
            _scaling.Targets,
            _scaling.Past,
            _scaling.Known
        )
        {
            Statics = _scaling.Statics,
            Quantiles = Settings.Quantiles,
            SeriesKeys = !Layout.EmbedsSeries ? [] : WarmStart?.SeriesKeys ?? [.. _set.Series.Select(series => series.Key)],
        };

    /// <summary>The trained forecaster, with intervals calibrated on the held-out ends, and with the ends of the series.</summary>
    /// <param name="log">Receives the measurements.</param>
    /// <param name="measured">The results of the trainings without the held-out ends.</param>
    /// <param name="final">The results of the trainings that will forecast; the same where they did not train further.</param>
    /// <param name="earlier">Errors on earlier ends; null for none.</param>
    public TrainedForecaster Forecaster(
        IChannel log,
        IReadOnlyList<TrainingResult> measured,
        IReadOnlyList<TrainingResult>? final = null,
        HeldOutErrors? earlier = null
    )
    {
        IntervalScores? scores = null;
        ForecastCorrection correction = ForecastCorrection.None;
        if (Span.HasTail)
            (correction, scores) =
                WarmStart?.Kept(log, _options, Span, _set.Grid)
                ?? new HeldOutMeasure(log, Network(measured), Settings, Span, _units).Run(_options, earlier);
        IReadOnlyDictionary<string, string> texts = Settings.ToTexts(correction);
        texts = WarmStart?.AddTo(texts) ?? texts;
        ForecastNetwork network = Network([
            .. (final ?? measured).Select(result => result with { History = result.History with { Options = texts } }),
        ]) with
        {
            Correction = correction,
        };
        return new TrainedForecaster(network, scores, _set.Grid, Tails(network.LookBack))
        {
            IntervalAdaptation = _options.IntervalAdaptation,
        };
    }

    // Before anything of these sizes is computed.
    private static void CheckSize(IHost host, ForecastSettings settings, WindowLayout layout)
    {
        string? problem = ForecastFileCheck.IsSmall(layout, Math.Max(1, settings.Quantiles.Length))
            ? NetworkSize.Problem(ForecastLayout.Shape(settings, layout))
            : $"Windows of {layout.Window} steps and {layout.Horizon} to forecast of {layout.Targets} targets, {layout.Past} past and "
                + $"{layout.Known} known numbers, and {layout.Statics} of the series, are too large: set a smaller WindowSize, "
                + "Horizon or SegmentLength";
        if (problem is not null)
            throw host.Except($"The network is impossible. {problem}.");
    }

    private static IReadOnlyList<KeyedSeries> Used(IHost host, Options options, SeriesSet set)
    {
        if (set.Series.Count == 0)
            throw host.Except("There are no rows to train on.");
        return options.TrainSize is not int size
            ? set.Series
            : [.. set.Series.Select(one => one.Steps.Length <= size ? one : Beginning(one, size))];
    }

    private static KeyedSeries Beginning(KeyedSeries series, int steps) =>
        series with
        {
            Steps = series.Steps.AsKnownAt(steps, steps, ahead: 0),
        };

    // A series of future rows alone has no end to continue from.
    private IReadOnlyList<KeyedSeries> Tails(int reach) =>
        [.. Span.Series.Select(series => Tail(series, _set.Grid, reach)).Where(tail => tail.Steps.Length > 0)];

    // Values before its first complete step are imputed from a later one.
    private static KeyedSeries Tail(KeyedSeries series, TimeGrid? grid, int reach)
    {
        int start = Math.Max(series.Steps.StartOfLast(reach), Math.Min(series.Steps.FirstWhole, series.Steps.Length));
        KeyedSeries tail = series with
        {
            Steps = series.Steps.Slice(start, series.Steps.Length - start),
            Start = grid?.TimeAt(series.Origin, start) ?? 0,
        };
        return tail with { Offsets = tail.Offsets.From(tail.Start) };
    }
}
