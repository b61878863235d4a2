using RnnMlNet.Data.Series;

namespace RnnMlNet.Models.Forecasting;

/// <summary>The result of a forecaster's Fit.</summary>
/// <param name="Forecaster">The network and its layout of windows.</param>
/// <param name="Scores">The scores of its intervals; null where nothing was held out.</param>
/// <param name="Grid">The time grid; null where there was no time column.</param>
/// <param name="LastWindows">The last steps of each series: as many as a forecast needs.</param>
internal sealed record TrainedForecaster(
    ForecastNetwork Forecaster,
    IntervalScores? Scores,
    TimeGrid? Grid,
    IReadOnlyList<KeyedSeries> LastWindows
)
{
    /// <summary>Rate at which bounds adapt to new values; 0 for not at all.</summary>
    public float IntervalAdaptation { get; init; }
}
