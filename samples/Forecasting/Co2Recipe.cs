using RnnMlNet;

namespace Samples.Forecasting;

/// <summary>Forecasts two years of months from those before.</summary>
internal static class Co2Recipe
{
    public const int Season = 12,
        Horizon = 24;

    /// <summary>
    /// The required options. Fit chooses window, season, network and so on from the series; an option that is set takes precedence.
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
