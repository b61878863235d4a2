using System.Globalization;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>
/// How the forecasters' recipes were chosen: candidates against each other on what comes before the test, by the validation months of ETTh1
/// and by earlier origins of the monthly series. What is tested is cut off before anything is fitted.
/// </summary>
internal static class ForecastSelection
{
    private const int Seeds = 3;

    public static void Run(string data, string? only)
    {
        TransformerHour[] hours = EttFile.Read(Path.Combine(data, "ETTh1", "ETTh1.csv"));
        foreach (var (name, change) in Chosen(Candidates.Channels, only))
            Print(
                "channels",
                name,
                "validation MSE h96, h336",
                [
                    .. new[] { 96, 336 }.Select(horizon =>
                        Forecasts.TransformerValidation(
                            hours,
                            nameof(TransformerHour.Channels),
                            Changed(Recipes.Channels(horizon, seed: 1, networks: 1), change)
                        )
                    ),
                ]
            );
        foreach (var (name, change) in Chosen(Candidates.LongHorizons, only))
        {
            double[] errors =
            [
                .. new[] { 192, 336, 720 }.Select(horizon =>
                    Forecasts.TransformerValidation(
                        hours,
                        nameof(TransformerHour.Channels),
                        Changed(Recipes.Channels(horizon, seed: 1), change)
                    )
                ),
            ];
            Print("channels", name, "validation MSE h192, h336, h720, their mean", [.. errors, errors.Average()]);
        }
        foreach (var (name, change) in Chosen(Candidates.Cycles, only))
            Print(
                "channels",
                name,
                "validation MSE h96, h720",
                [
                    .. new[] { 96, 720 }.Select(horizon =>
                        Forecasts.TransformerValidation(
                            hours,
                            nameof(TransformerHour.Channels),
                            Changed(Recipes.Channels(horizon, seed: 1, networks: 1), change)
                        )
                    ),
                ]
            );
        foreach (var (name, change) in Chosen(Candidates.OilTemperature, only))
            Print(
                "OT",
                name,
                "validation MSE h24",
                [
                    Forecasts.TransformerValidation(
                        hours,
                        nameof(TransformerHour.OilTemperature),
                        Changed(Recipes.OilTemperature(24, seed: 1), change)
                    ),
                ]
            );

        MonthlyValue[] air = MonthlyFile.Read(Path.Combine(data, "darts_series", "AirPassengers.csv")),
            sunspots = MonthlyFile.Read(Path.Combine(data, "darts_series", "monthly-sunspots.csv"));
        foreach (
            var (name, isLogarithmic, change) in Candidates.Air.Where(candidate =>
                only is null || candidate.Name.Contains(only, StringComparison.Ordinal)
            )
        )
            Print(
                "air",
                name,
                "MAPE of the two years to 1956, 1957, 1958",
                [
                    .. new[] { 96, 108, 120 }.Select(months =>
                        Mean(seed =>
                            Forecasts
                                .Monthly(
                                    air[..months],
                                    ForecastBars.Air with
                                    {
                                        IsLogarithmic = isLogarithmic,
                                    },
                                    Changed(Recipes.Air(seed), change)
                                )
                                .Metrics.MeanAbsolutePercentageError
                        )
                    ),
                ]
            );
        foreach (var (name, change) in Chosen(Candidates.Sunspots, only))
            Print(
                "sunspots",
                name,
                "MAE of the fifth before the last",
                [
                    Mean(seed =>
                        Forecasts
                            .Monthly(sunspots[..^564], ForecastBars.Sunspots, Changed(Recipes.Sunspots(seed), change))
                            .Metrics.MeanAbsoluteError
                    ),
                ]
            );
    }

    private static IEnumerable<(string Name, Action<RnnForecastingEstimator.Options> Change)> Chosen(
        (string Name, Action<RnnForecastingEstimator.Options> Change)[] candidates,
        string? only
    ) => candidates.Where(candidate => only is null || candidate.Name.Contains(only, StringComparison.Ordinal));

    private static RnnForecastingEstimator.Options Changed(
        RnnForecastingEstimator.Options options,
        Action<RnnForecastingEstimator.Options> change
    )
    {
        change(options);
        return options;
    }

    private static double Mean(Func<int, double> measure) => Enumerable.Range(1, Seeds).Average(measure);

    private static void Print(string task, string candidate, string measure, double[] values) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{task, -9} {candidate, -40} {measure}: "
                    + $"{string.Join("   ", values.Select(value => value.ToString("0.0000", CultureInfo.InvariantCulture)))}"
            )
        );
}
