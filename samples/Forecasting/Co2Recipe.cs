using RnnMlNet;

namespace Samples.Forecasting;

/// <summary>What forecasts two years of months from those before.</summary>
internal static class Co2Recipe
{
    public const int Season = 12,
        Horizon = 24;

    /// <summary>
    /// What must be said. Window, season, network and so on are chosen from the series by Fit; an option that is set wins.
    /// </summary>
    public static RnnForecastingEstimator.Options Options() =>
        new()
        {
            Columns =
            [
                new ForecastColumn
                {
                    InputColumnName = nameof(Co2Month.Co2),
                    OutputColumnName = nameof(Co2Forecast.Forecast),
                    ConfidenceLowerBoundColumn = nameof(Co2Forecast.Lower),
                    ConfidenceUpperBoundColumn = nameof(Co2Forecast.Upper),
                },
            ],
            TimeColumnName = nameof(Co2Month.Month),
            // Five months of the sixties were not measured.
            MissingSteps = MissingSteps.Linear,
            Horizon = Horizon,
            Seed = 1,
        };
}
