using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// A trained forecaster that a Fit continues from: the weights of its networks, their layout of windows, and the scaling of its channels,
/// which the weights were trained with.
/// </summary>
internal sealed class ForecastWarmStart : WarmStart
{
    private const string Parameter = "previousModel";
    private readonly TrainedForecaster _trained;
    private readonly SeriesColumns _columns;

    /// <param name="model">The forecaster, fitted or loaded; it is not changed.</param>
    public ForecastWarmStart(RnnForecastingTransformer model)
        : base(model.Trained.Forecaster.Members)
    {
        _trained = model.Trained;
        _columns = model.Columns;
    }

    private ForecastNetwork Network => _trained.Forecaster;

    /// <summary>Its networks' layout of windows.</summary>
    public WindowLayout Layout => Network.Layout;

    /// <summary>The sizes of its networks.</summary>
    public NetworkShape Shape => Members[0].Shape;

    /// <summary>The quantiles of its networks; empty for another loss.</summary>
    public float[] Quantiles => Network.Quantiles;

    /// <summary>The standardisation of its channels, which is kept.</summary>
    public SeriesScaling Scaling => new(Network.Targets, Network.Past, Network.Known, Network.Statics);

    public override string Checksum => Checkpoints.Checksum.Of(_trained);

    /// <summary>Its model option.</summary>
    public ForecastModel Model => ForecastModels.Of(Layout.Decoder);

    /// <summary>The keys of the series that it embeds.</summary>
    public IReadOnlyList<string> SeriesKeys => Network.SeriesKeys;

    /// <summary>The ids of the series that it embeds; null for none.</summary>
    public Func<string, int, float>? IdOf => Network.IdOf;

    /// <summary>The initial weights of a member.</summary>
    public NetworkWeights WeightsOf(int member) => Members[member].Weights;

    /// <summary>Checks, before rows are read, that the options fit such a network, and the columns those that it was trained on.</summary>
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="options">The options; those left null are the model's.</param>
    /// <param name="columns">The columns here.</param>
    /// <param name="binding">Their sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not; the message states the differences.</exception>
    public void Check(IExceptionContext ectx, Options options, SeriesColumns columns, SeriesBinding binding)
    {
        string[] differences = [.. ColumnDifferences(columns, binding)];
        if (differences.Length > 0)
            throw ectx.ExceptUserArg(
                Parameter,
                $"The previous model has other columns: {string.Join("; ", differences)}. Give the columns of its training, in the "
                    + "same order."
            );
        CheckEnsembleSize(ectx, options.EnsembleSize);
        CheckNetwork(ectx, Parameter, NetworkDifferences(options));
    }

    /// <summary>Checks that the time grid is the one that it was trained on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another one.</exception>
    public void CheckGrid(IExceptionContext ectx, TimeGrid? grid)
    {
        if (_trained.Grid is TimeGrid its && grid is not null && !its.HasStepsOf(grid))
            throw ectx.ExceptUserArg(
                Parameter,
                its.ClockOffset != grid.ClockOffset
                        ? "The days of the previous model are closed by a clock of another offset than the rows' times have: train both "
                            + "with TimeZone set to the zone's name."
                    : its.StepText == grid.StepText && its.Kind == grid.Kind
                        ? "The previous model has other closed days: set the Calendar's ClosedDays and ClosedWeekdays as in its training."
                    : $"The previous model has steps of {its.StepText} ({its.Kind}), but the rows' times are {grid.StepText} apart "
                        + $"({grid.Kind}): give rows of the same steps, and set Frequency if they are inferred wrongly."
            );
    }

    /// <summary>
    /// The correction and the intervals of the model, where the held-out ends may include steps that it was trained on, whose forecasts
    /// would be measured as too good. Null where they are new to it, or <see cref="RnnForecastingOptions.NaiveShare"/> is set, so
    /// that both are measured again.
    /// </summary>
    /// <param name="log">Reports that they are kept.</param>
    /// <param name="options">The options.</param>
    /// <param name="span">The held-out ends.</param>
    /// <param name="grid">The time grid; null where there is none.</param>
    public (ForecastCorrection Correction, IntervalScores Scores)? Kept(IChannel log, Options options, TrainingSpan span, TimeGrid? grid)
    {
        if (_trained.Scores is not IntervalScores scores || options.NaiveShare is not null || AreNew(options, span, grid))
            return null;
        log.Info(
            "The share of the naive forecast and the intervals are those of the previous model, which may have been trained on the steps "
                + "held out here: if they are new to it, set NaiveShare, to measure them again."
        );
        return (Network.Correction, scores);
    }

    // Unknown without times, or with series of other keys.
    private bool AreNew(Options options, TrainingSpan span, TimeGrid? grid)
    {
        if (grid is null || _trained.Grid is null || _columns.Key != options.SeriesKeyColumnName)
            return false;
        var ends = _trained.LastWindows.ToDictionary(
            series => series.Key,
            series => grid.TimeAt(series.Origin, series.Steps.Length - 1),
            StringComparer.Ordinal
        );
        return span
            .Series.Index()
            .All(series =>
                !ends.TryGetValue(series.Item.Key, out long last) || grid.TimeAt(series.Item.Origin, span.Tails[series.Index]) > last
            );
    }

    private IEnumerable<string> ColumnDifferences(SeriesColumns columns, SeriesBinding binding) =>
        Differences([
            (nameof(Options.Columns), Text(_columns.Targets), Text(columns.Targets)),
            (nameof(Options.PastColumnNames), Text(_columns.Past), Text(columns.Past)),
            (nameof(Options.KnownColumnNames), Text(_columns.Known), Text(columns.Known)),
            (nameof(Options.StaticColumnNames), Text(_columns.Static), Text(columns.Static)),
            ("the keys' numbers of values", Categories(_columns.Categories), Categories(binding.Categories)),
            (nameof(Options.CalendarFeatures), _columns.Calendar, columns.Calendar),
            ("what is read of the Calendar", Text(_columns.Days?.Names ?? []), Text(columns.Days?.Names ?? [])),
            ("the number of targets", Layout.Targets, binding.TargetCount),
            ("the number of past values", Layout.Past, binding.PastCount),
            ("the number of known values", Layout.Known, binding.KnownCount),
            ("the number of static values", Layout.Statics, binding.StaticCount),
        ]);

    private IEnumerable<string> NetworkDifferences(Options o) =>
        Differences([
            (nameof(o.WindowSize), Layout.Window, o.WindowSize ?? Layout.Window),
            (nameof(o.Horizon), Layout.Horizon, o.Horizon),
            (nameof(o.Model), Model, o.Model == ForecastModel.Auto ? Model : o.Model),
            (nameof(o.SegmentLength), Layout.Segment, o.SegmentLength ?? Layout.Segment),
            (nameof(o.EmbedSeries), Layout.EmbedsSeries, o.EmbedSeries),
            (nameof(o.Cell), Shape.Cell, o.Cell ?? Shape.Cell),
            (nameof(o.HiddenSize), Shape.HiddenSize, o.HiddenSize ?? Shape.HiddenSize),
            (nameof(o.CategoryEmbeddingSize), Text(Sizes(null)), Text(Sizes(o.CategoryEmbeddingSize))),
            (nameof(o.Normalization), Layout.Normalization, o.Normalization ?? Layout.Normalization),
            (nameof(o.Residual), Layout.Residual, o.Residual ?? Layout.Residual),
            (nameof(o.SeasonLength), Layout.Season, o.SeasonLength ?? Layout.Season),
            (nameof(o.Differences), Layout.Differences, o.Differences ?? Layout.Differences),
            (nameof(o.CycleLength), Layout.CycleLength, o.CycleLength ?? Layout.CycleLength),
            (nameof(o.Quantiles), Text(Quantiles), Text(QuantilesOf(o))),
        ]);

    private IEnumerable<int> Sizes(int? asked) => Layout.Categories.Select(column => asked ?? column.Size);

    private float[] QuantilesOf(Options o) =>
        o.Loss is null ? Quantiles
        : o.Loss != ForecastLoss.Quantile ? []
        : o.Quantiles ?? (Quantiles.Length > 0 ? Quantiles : o.QuantilesOfBounds);

    private static string Categories(IReadOnlyDictionary<string, int>? keys) =>
        Text((keys ?? new Dictionary<string, int>()).Select(key => $"{key.Key}: {key.Value}").Order(StringComparer.Ordinal));

    private static string Text<T>(IEnumerable<T> values) => $"[{string.Join(", ", values)}]";
}
