using RnnMlNet;

namespace Samples.Forecasting;

/// <summary>What forecasts two years of months from the three years before.</summary>
internal static class Co2Recipe
{
    public const int Season = 12, Horizon = 24;

    public static RnnForecastingEstimator.Options Options() => new()
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
        WindowSize = 36,
        Horizon = Horizon,
        // The network learns what differs from the same months a year before.
        Residual = ForecastResidual.SeasonalNaive,
        SeasonLength = Season,
        BatchSize = 16,
        Loss = ForecastLoss.Huber,
        Seed = 1,
    };
}
