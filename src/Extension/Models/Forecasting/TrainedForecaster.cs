using RnnMlNet.Data.Series;

namespace RnnMlNet.Models.Forecasting;

/// <summary>All that a forecaster's Fit comes to.</summary>
/// <param name="Forecaster">The network and how it reads windows.</param>
/// <param name="Scores">From which intervals follow; null where nothing was held out.</param>
/// <param name="Grid">The steps of the times; null where there was no time column.</param>
/// <param name="LastWindows">The last steps of each series: as many as a forecast needs.</param>
internal sealed record TrainedForecaster(
    ForecastNetwork Forecaster,
    IntervalScores? Scores,
    TimeGrid? Grid,
    IReadOnlyList<KeyedSeries> LastWindows
)
{
    /// <summary>How far bounds move with the series that goes on; 0 for not at all.</summary>
    public float IntervalAdaptation { get; init; }
}
