using Microsoft.ML.SearchSpace;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>
/// Options of <see cref="RnnForecastingEstimator"/>: columns, window and horizon, network, and the shared training options. The rows of
/// a mini-batch are windows, one for each target. Options that shape learning are null by default; Fit then chooses them from the
/// series: their number and lengths, their time steps, their season (docs/forecasting.md). A value that is set always wins.
/// </summary>
public abstract class RnnForecastingOptions : RnnTrainingOptions
{
    private protected RnnForecastingOptions() { }

    // ---- columns ----

    /// <summary>
    /// The targets and their output columns: at least one. Several columns, or a vector of C numbers, are C targets of one network.
    /// </summary>
    public ForecastColumn[] Columns { get; set; } = [];

    /// <summary>
    /// Name of the column of times (DateTime, DateTimeOffset or any integer type), or null (the default) if each series' rows are in
    /// time order. With a time column rows may be in any order, gaps are found, and forecasts continue where training ended.
    /// </summary>
    public string? TimeColumnName { get; set; }

    /// <summary>
    /// Name of the column of the series' key (text, a key or an integer), or null (the default) for one series. One network is trained
    /// on all series.
    /// </summary>
    public string? SeriesKeyColumnName { get; set; }

    /// <summary>
    /// Names of further input columns whose values are known up to now only: Single, vectors of Single, or keys of at most 100 values, each
    /// of which is an input, 1 where it is the row's; a missing key has none. Default none.
    /// </summary>
    public string[] PastColumnNames { get; set; } = [];

    /// <summary>
    /// Names of columns of known future values, such as prices: Single, vectors of Single, or keys of at most 100 values, as in
    /// <see cref="PastColumnNames"/>. Default none. Their values over the horizon are in the rows that follow: future rows have NaN
    /// targets.
    /// </summary>
    public string[] KnownColumnNames { get; set; } = [];

    /// <summary>
    /// Names of columns with one value for a series, such as its region: Single, vectors of Single, or keys. Default none. Numbers are
    /// standardised over the series, and must not be missing. Each value of a key has a learned embedding; a missing key, 0, has one too.
    /// </summary>
    public string[] StaticColumnNames { get; set; } = [];

    /// <summary>
    /// Whether each series has a learned embedding of its own, for what columns do not tell of it. A series that the model was not trained
    /// on has the embedding of an unseen one, which a tenth of the training windows have. Default false. It needs a
    /// <see cref="SeriesKeyColumnName"/>.
    /// </summary>
    public bool EmbedSeries { get; set; }

    /// <summary>
    /// Calendar features that the network reads at each step. Default none; they need a <see cref="TimeColumnName"/> of dates.
    /// </summary>
    public CalendarFeatures CalendarFeatures { get; set; }

    /// <summary>How missing times and values are filled. Default <see cref="MissingSteps.Refuse"/>.</summary>
    [Defined]
    public MissingSteps MissingSteps { get; set; }

    // ---- times ----

    /// <summary>
    /// The time zone of the clock, by its IANA or Windows name, such as <c>Europe/Berlin</c>: for <see cref="CalendarFeatures"/> and
    /// for steps of days and months, some of which are an hour longer or shorter. DateTime values are then in universal time. Default
    /// null: the clock of the values themselves, for each DateTimeOffset its own.
    /// </summary>
    public string? TimeZone { get; set; }

    /// <summary>
    /// Distance between steps, such as <c>2 hours</c>, <c>30min</c>, <c>D</c>, <c>business day</c>, <c>W</c>, <c>MS</c>, <c>Q</c>,
    /// <c>PT15M</c>, <c>00:05:00</c>, or an integer if times are integers. Default null: found from the data, as the shortest distance
    /// that all others are multiples of; set it if rows are missing so often that no two are one step apart.
    /// </summary>
    public string? Frequency { get; set; }

    /// <summary>
    /// Holidays and closed days, including future ones: what the network reads of them at each step, and days that are no steps of
    /// series of days, business days and hours. Default null: none. It needs a <see cref="TimeColumnName"/> of dates.
    /// </summary>
    public SeriesCalendar? Calendar { get; set; }

    // ---- window and horizon ----

    /// <summary>
    /// L, the look-back: steps up to now that a forecast is computed from, at least 2. Default null: a few seasons of the series, as
    /// far as their lengths allow.
    /// </summary>
    [AtLeast(2, Most = NetworkSize.Largest)]
    public int? WindowSize { get; set; }

    /// <summary>H, steps to forecast, at least 1. There is no default.</summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int Horizon { get; set; }

    /// <summary>
    /// Whether fewer steps than <see cref="Horizon"/> may be requested later; the forecasts' columns are then vectors of variable size,
    /// as ForecastBySsa's. Default false.
    /// </summary>
    public bool VariableHorizon { get; set; }

    /// <summary>Confidence level of the bounds, in (0, 1). Default 0.95. The trained model can use other levels.</summary>
    public float ConfidenceLevel { get; set; } = 0.95f;

    /// <summary>
    /// How far a bound moves if the actual value is beyond it, as a share of the usual error, at least 0; otherwise it moves
    /// back by less, so that the long-run coverage matches the level even if a series has changed since training (quantile tracking;
    /// Angelopoulos et al., arXiv 2307.16895). Default 0.05. 0 keeps the bounds as calibrated on the held-out end.
    /// </summary>
    [NotNegative]
    public float IntervalAdaptation { get; set; } = 0.05f;

    /// <summary>
    /// Number of steps from the beginning of each series that training uses, including validation. Default null: all.
    /// </summary>
    public int? TrainSize { get; set; }

    // ---- network ----

    /// <summary>How the network encodes the window and outputs the horizon. Default <see cref="ForecastModel.Auto"/>.</summary>
    public ForecastModel Model { get; set; }

    /// <summary>
    /// Steps of a segment, 1 to <see cref="WindowSize"/>. Default null: the largest common divisor of window and horizon up to a
    /// quarter of the window, or else a quarter of the window.
    /// </summary>
    public int? SegmentLength { get; set; }

    /// <summary>The recurrent cell. Default null: <see cref="CellKind.Gru"/>.</summary>
    [Choice([CellKind.Gru, CellKind.Lstm], CellKind.Gru)]
    public CellKind? Cell { get; set; }

    /// <summary>
    /// Hidden units of the recurrent layer, and of the linear map of segments before it. Default null: chosen from the number of
    /// windows, 32 or 64.
    /// </summary>
    [Range(16, 256, 64, logBase: true)]
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? HiddenSize { get; set; }

    /// <summary>
    /// Width of the learned embedding of a key among <see cref="StaticColumnNames"/>, and of a series where <see cref="EmbedSeries"/>, at
    /// least 1. Default null: half the number of its keys, or of the series, at most 16.
    /// </summary>
    [AtLeast(1, Most = NetworkSize.Largest)]
    public int? CategoryEmbeddingSize { get; set; }

    /// <summary>Dropout rate of the output layer's inputs, in [0, 1). Default null: 0.1.</summary>
    [Range(0f, 0.5f, 0.1f)]
    [Share]
    public float? Dropout { get; set; }

    /// <summary>
    /// Share of the encoder-decoder's training steps, in [0, 1], that read the true previous value instead of the decoder's own.
    /// Default null: 0.5.
    /// </summary>
    [Share(WithOne = true)]
    public float? TeacherForcing { get; set; }

    /// <summary>
    /// Instance normalisation: what is subtracted from each window. Default null: its mean, with division by its deviation, so that
    /// neither the level nor the scale of a series matters.
    /// </summary>
    [Defined]
    public WindowNormalization? Normalization { get; set; }

    /// <summary>
    /// The base to which the network's outputs are added. Default null: the last season, the last value, or
    /// <see cref="ForecastResidual.None"/> (the level that <see cref="Normalization"/> subtracted), whichever has the smallest error.
    /// </summary>
    [Defined]
    public ForecastResidual? Residual { get; set; }

    /// <summary>
    /// Steps of a season, such as 12 for months, 24 for hours; 1 for none. Default null: found in the series and their calendar.
    /// </summary>
    [AtLeast(1)]
    public int? SeasonLength { get; set; }

    /// <summary>
    /// L, steps of a cycle that the network learns together with its other weights, at least 2: 24 for the hours of a day, 168 for those
    /// of a week, 52 for the weeks of a year. Default null: none. In the units of <see cref="Normalization"/>, each value of the window
    /// is read less that of the cycle at the step's position, and the cycle of the horizon is added to the outputs (CycleNet; Lin et al.,
    /// 2024, arXiv 2409.18479). Each target has a cycle, which all series share. A step's position is its number on the time grid modulo
    /// L, so that all series have the same one at a time: it needs a <see cref="TimeColumnName"/>, and a <see cref="Model"/> of segments
    /// or Direct.
    /// </summary>
    [AtLeast(2, Most = NetworkSize.Largest)]
    public int? CycleLength { get; set; }

    /// <summary>
    /// Share of a naive forecast, of the last value or of the last season, in the forecast, in [0, 1]. Default null: the share with the
    /// smallest error on the held-out ends, so that a poorly trained network costs little. 0 uses the network alone.
    /// </summary>
    public float? NaiveShare { get; set; }

    /// <summary>
    /// Whether the networks, after they have been measured on the held-out ends of the series, train further on all steps, for a third
    /// as long, so that they have seen how the series end. Default null: true if anything is held out.
    /// </summary>
    public bool? TrainOnHeldOut { get; set; }

    /// <summary>Whether the network reads differences from step to step instead of values. Default null: false.</summary>
    public bool? Differences { get; set; }

    // ---- loss ----

    /// <summary>Training loss, in deviations of each series. Default null: <see cref="ForecastLoss.Absolute"/>.</summary>
    [Defined]
    public ForecastLoss? Loss { get; set; }

    /// <summary>
    /// The quantiles of <see cref="ForecastLoss.Quantile"/>, an odd number of them, ascending in (0, 1), 0.5 in the middle. Default
    /// null: those of the bounds of <see cref="ConfidenceLevel"/>, and 0.5.
    /// </summary>
    public float[]? Quantiles { get; set; }

    /// <summary>The default quantiles of a quantile loss: those of the bounds, and the median.</summary>
    internal float[] QuantilesOfBounds => [(1 - ConfidenceLevel) / 2, 0.5f, (1 + ConfidenceLevel) / 2];

    internal override RnnTrainingOptions Clone()
    {
        var copy = (RnnForecastingOptions)base.Clone();
        copy.Columns = [.. Columns.Select(column => column.Clone())];
        copy.PastColumnNames = [.. PastColumnNames];
        copy.KnownColumnNames = [.. KnownColumnNames];
        copy.StaticColumnNames = [.. StaticColumnNames];
        copy.Calendar = Calendar?.Clone();
        copy.Quantiles = Quantiles is null ? null : [.. Quantiles];
        return copy;
    }
}
