using Microsoft.ML.SearchSpace;

namespace RnnMlNet;

public sealed partial class RnnForecastingEstimator
{
    /// <summary>
    /// The options of <see cref="RnnForecastingEstimator"/>: columns, window and horizon, the network, and the shared ones of training.
    /// Rows of a mini-batch are windows, one for each target. Options that shape learning are null by default and are chosen by Fit from
    /// the series: their number and lengths, the steps of their times, their season (docs/forecasting.md); a value
    /// that is set always wins.
    /// </summary>
    public sealed class Options : RnnTrainingOptions
    {
        // ---- columns ----

        /// <summary>
        /// What is forecast, and where to: at least one column. Several columns, or a vector of C numbers, are C targets that one network
        /// forecasts.
        /// </summary>
        public ForecastColumn[] Columns { get; set; } = [];

        /// <summary>
        /// Name of the column of times (DateTime, DateTimeOffset or whole numbers of any type), or null (the default) when each series'
        /// rows stand in the order of time. With it rows may
        /// stand in any order, gaps are found, and forecasts go on where training ended.
        /// </summary>
        public string? TimeColumnName { get; set; }

        /// <summary>
        /// Name of the column that says of which series a row is (text, a key or an integer), or null (the default) for one series. One
        /// network is trained on all.
        /// </summary>
        public string? SeriesKeyColumnName { get; set; }

        /// <summary>
        /// Names of columns (Single, or vectors of Single) that are known up to now only, and help to forecast. Default none.
        /// </summary>
        public string[] PastColumnNames { get; set; } = [];

        /// <summary>
        /// Names of columns (Single, or vectors of Single) that are known beforehand, such as holidays or prices that are set. Default
        /// none. Their values of the horizon stand in the rows that follow: rows of the time to come have NaN for what is forecast.
        /// </summary>
        public string[] KnownColumnNames { get; set; } = [];

        /// <summary>What the network is told of each step's time. Default none; it needs a <see cref="TimeColumnName"/> of dates.</summary>
        public CalendarFeatures CalendarFeatures { get; set; }

        /// <summary>What is done where a time or a value is missing. Default <see cref="MissingSteps.Refuse"/>.</summary>
        public MissingSteps MissingSteps { get; set; }

        // ---- times ----

        /// <summary>
        /// The time zone whose clock counts, by its IANA or Windows name, such as <c>Europe/Berlin</c>: for <see cref="CalendarFeatures"/>
        /// and for steps of days and months, of which some
        /// are an hour longer or shorter. DateTime values are then universal time. Default null: the clock that the values state, of
        /// DateTimeOffset each its own.
        /// </summary>
        public string? TimeZone { get; set; }

        /// <summary>
        /// How far apart steps are, such as <c>2 hours</c>, <c>30min</c>, <c>D</c>, <c>business day</c>, <c>W</c>, <c>MS</c>, <c>Q</c>,
        /// <c>PT15M</c>, <c>00:05:00</c>, or a whole number where times are
        /// numbers. Default null: found from the data, as the shortest that all rows are multiples of; to be named where rows are left out
        /// so often that no two stand one step apart.
        /// </summary>
        public string? Frequency { get; set; }

        /// <summary>
        /// Days that have no step, such as the holidays on which a shop or an exchange is closed: those of the time to come as well.
        /// Default none. Steps must be days or business days.
        /// </summary>
        public DateOnly[] ClosedDays { get; set; } = [];

        // ---- window and horizon ----

        /// <summary>
        /// L, steps up to now that a forecast is made from, at least 2. Default null: some seasons of the series, as far as their lengths
        /// allow.
        /// </summary>
        public int? WindowSize { get; set; }

        /// <summary>H, steps that are forecast, at least 1. There is no default.</summary>
        public int Horizon { get; set; }

        /// <summary>
        /// Whether fewer steps than <see cref="Horizon"/> may be asked for later; the forecasts' columns are then vectors of variable size,
        /// as ForecastBySsa's. Default false.
        /// </summary>
        public bool VariableHorizon { get; set; }

        /// <summary>
        /// The chance, in (0, 1), with which a value is to lie between its bounds. Default 0.95. The trained model can give others.
        /// </summary>
        public float ConfidenceLevel { get; set; } = 0.95f;

        /// <summary>
        /// How far a bound moves where the value that came lies beyond it, as a share of the usual error, at least 0; it moves back by less
        /// where not, so that in the long run as many values lie in the intervals as should, even where a series has changed since training
        /// (quantile tracking; Angelopoulos et al., arXiv 2307.16895). Default 0.05. 0 keeps the bounds as they were measured on the end
        /// that was held out.
        /// </summary>
        public float IntervalAdaptation { get; set; } = 0.05f;

        /// <summary>Steps from the beginning of each series that training uses, validation included. Default null: all.</summary>
        public int? TrainSize { get; set; }

        // ---- network ----

        /// <summary>How the network reads the window, and puts out the horizon. Default <see cref="ForecastModel.Auto"/>.</summary>
        public ForecastModel Model { get; set; }

        /// <summary>
        /// Steps of a segment, 1 to <see cref="WindowSize"/>. Default null: the largest number up to a quarter of the window that window
        /// and horizon are multiples of, or else a quarter of the window.
        /// </summary>
        public int? SegmentLength { get; set; }

        /// <summary>The recurrent cell. Default null: <see cref="CellKind.Gru"/>.</summary>
        [Choice([CellKind.Gru, CellKind.Lstm], CellKind.Gru)]
        public CellKind? Cell { get; set; }

        /// <summary>
        /// Units of the recurrent layer, and of the map of segments before it. Default null: chosen from the number of windows, 32 or 64.
        /// </summary>
        [Range(16, 256, 64, logBase: true)]
        public int? HiddenSize { get; set; }

        /// <summary>Dropped share of what the output layer reads, in [0, 1). Default null: 0.1.</summary>
        [Range(0f, 0.5f, 0.1f)]
        public float? Dropout { get; set; }

        /// <summary>
        /// Of an encoder with a decoder: the share of training's steps, in [0, 1], that read the value of the data before them in place of
        /// the decoder's own. Default null: 0.5.
        /// </summary>
        public float? TeacherForcing { get; set; }

        /// <summary>
        /// What is taken off each window. Default null: its mean, and it is divided by its deviation, so that neither the level nor the
        /// size of a series counts.
        /// </summary>
        public WindowNormalization? Normalization { get; set; }

        /// <summary>
        /// What the network's outputs are added to. Default null: the last season, the last value, or <see cref="ForecastResidual.None"/>,
        /// what <see cref="Normalization"/> took off, whichever is closest to what comes.
        /// </summary>
        public ForecastResidual? Residual { get; set; }

        /// <summary>
        /// Steps of a season, such as 12 of months, 24 of hours; 1 for none. Default null: found in the series and their calendar.
        /// </summary>
        public int? SeasonLength { get; set; }

        /// <summary>
        /// The share of a naive forecast, of the last value or of the last season, that is mixed into the forecast, in [0, 1]. Default
        /// null: the one with the smallest error on the held-out ends, so that a network which has learnt little loses little. 0 forecasts
        /// by the network alone.
        /// </summary>
        public float? NaiveShare { get; set; }

        /// <summary>
        /// Whether the networks, once they have been measured on the held-out ends of the series, train on with all steps, a third as long
        /// again, so that they know how the series end. Default null: true where anything is held out.
        /// </summary>
        public bool? TrainOnHeldOut { get; set; }

        /// <summary>Whether the network reads the changes from step to step in place of the values. Default null: false.</summary>
        public bool? Differences { get; set; }

        // ---- loss ----

        /// <summary>What training makes small, in deviations of each series. Default null: <see cref="ForecastLoss.Absolute"/>.</summary>
        public ForecastLoss? Loss { get; set; }

        /// <summary>
        /// The quantiles of <see cref="ForecastLoss.Quantile"/>, an odd number of them, ascending in (0, 1), 0.5 in the middle. Default
        /// null: those of the bounds of <see cref="ConfidenceLevel"/>, and 0.5.
        /// </summary>
        public float[]? Quantiles { get; set; }

        internal override RnnTrainingOptions Clone()
        {
            var copy = (Options)base.Clone();
            copy.Columns = [.. Columns.Select(column => column.Clone())];
            copy.PastColumnNames = [.. PastColumnNames];
            copy.KnownColumnNames = [.. KnownColumnNames];
            copy.ClosedDays = [.. ClosedDays];
            copy.Quantiles = Quantiles is null ? null : [.. Quantiles];
            return copy;
        }
    }
}
