using System.Collections.Concurrent;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>The forecasting sets, with their bars and published figures.</summary>
internal static class ForecastBars
{
    /// <summary>AirPassengers: 1959 and 1960, from each month six ahead.</summary>
    public static readonly MonthlyPlan Air = new(Folds: 19, Step: 1, Season: 12, IsLogarithmic: true);

    /// <summary>The last fifth of the sunspots, from each twelfth month.</summary>
    public static readonly MonthlyPlan Sunspots = new(Folds: 45, Step: 12, Season: 132, IsLogarithmic: false);

    private static readonly string _months = $"{EttFile.Training}/{EttFile.Validation}/{EttFile.Test} hours";

    /// <summary>
    /// The bars with a name that is asked for. Of the others nothing is measured, the naive forecasts beside them included.
    /// </summary>
    public static IEnumerable<AccuracyBar> All(string data, Func<string, bool> isWanted)
    {
        TransformerHour[] hours = EttFile.Read(Path.Combine(data, "ETTh1", "ETTh1.csv"));
        MonthlyValue[] air = MonthlyFile.Read(Path.Combine(data, "darts_series", "AirPassengers.csv"));
        MonthlyValue[] sunspots = MonthlyFile.Read(Path.Combine(data, "darts_series", "monthly-sunspots.csv"));
        (string[] Names, Func<IEnumerable<AccuracyBar>> Make)[] bars =
        [
            .. new (int Horizon, double Bar, string Published)[]
            {
                (24, .34, "seasonal naive .424"),
                (96, .372, "SegRNN .368, PatchTST .414, DLinear .386"),
                (192, .412, "SegRNN .408, PatchTST .460, DLinear .437"),
                (336, .448, "SegRNN .444, PatchTST .501, DLinear .481"),
                (720, .455, "SegRNN .446, PatchTST .500, DLinear .519"),
            }.Select(row =>
                (
                    new[] { $"ETTh1 h{row.Horizon}" },
                    (Func<IEnumerable<AccuracyBar>>)(() => [Channels(hours, row.Horizon, row.Bar, row.Published)])
                )
            ),
            (["ETTh1 OT h24", "ETTh1 OT coverage"], () => OilTemperature(hours)),
            (["AirPassengers"], () => [AirPassengers(air)]),
            (["Sunspots"], () => SunspotNumbers(sunspots)),
        ];
        return bars.Where(bar => bar.Names.Any(isWanted)).SelectMany(bar => bar.Make()).Where(bar => isWanted(bar.Name));
    }

    private static AccuracyBar Channels(TransformerHour[] hours, int horizon, double bar, string published) =>
        new(
            $"ETTh1 h{horizon}",
            "forecast",
            $"{_months}, {EttFile.Channels} channels",
            "MSE",
            bar,
            LowerIsBetter: true,
            $"{published}; measured here: seasonal naive "
                + $"{Forecasts.TransformerNaive(hours, nameof(TransformerHour.Channels), horizon, season: 24).MeanSquaredError:0.000}",
            seed => Forecasts.Transformer(hours, nameof(TransformerHour.Channels), Recipes.Channels(horizon, seed)).MeanSquaredError
        );

    private static IEnumerable<AccuracyBar> OilTemperature(TransformerHour[] hours)
    {
        const int Horizon = 24;
        string column = nameof(TransformerHour.OilTemperature);
        Func<int, ForecastMetrics> run = Once(seed => Forecasts.Transformer(hours, column, Recipes.OilTemperature(Horizon, seed)));
        double last = Forecasts.TransformerNaive(hours, column, Horizon, season: 1).MeanSquaredError,
            seasonal = Forecasts.TransformerNaive(hours, column, Horizon, season: 24).MeanSquaredError;
        yield return new(
            "ETTh1 OT h24",
            "forecast",
            $"{_months}, OT alone",
            "MSE",
            .034,
            true,
            $"measured here: last value {last:0.000}, seasonal naive {seasonal:0.000}",
            seed => run(seed).MeanSquaredError
        );
        yield return new(
            "ETTh1 OT coverage",
            "forecast",
            "the same; the step with the least coverage",
            "95 %",
            .93,
            false,
            "",
            seed => run(seed).Steps.Min(step => step.Coverage)
        );
        yield return new(
            "ETTh1 OT coverage",
            "forecast",
            "the same; the step with the most coverage",
            "95 %",
            .97,
            true,
            "",
            seed => run(seed).Steps.Max(step => step.Coverage)
        );
    }

    private static AccuracyBar AirPassengers(MonthlyValue[] months)
    {
        Func<int, BacktestResult> run = Once(seed => Forecasts.Monthly(months, Air, Recipes.Air(seed)));
        return new(
            "AirPassengers",
            "forecast",
            "120/24 months, 6 ahead from each",
            "MAPE",
            4,
            true,
            $"Darts LSTM 2.71 (another backtest); measured here: seasonal naive {run(1).SeasonalNaive.MeanAbsolutePercentageError:0.00}",
            seed => run(seed).Metrics.MeanAbsolutePercentageError
        );
    }

    private static IEnumerable<AccuracyBar> SunspotNumbers(MonthlyValue[] months)
    {
        Func<int, BacktestResult> run = Once(seed => Forecasts.Monthly(months, Sunspots, Recipes.Sunspots(seed)));
        ForecastMetrics seasonal = run(1).SeasonalNaive,
            last = Forecasts.Monthly(months, Sunspots with { Season = 1 }, Recipes.Sunspots(1)).SeasonalNaive;
        string split = $"{months.Length - 564}/564 months, 36 ahead from each 12th";
        yield return new(
            "Sunspots",
            "forecast",
            split,
            "MAE",
            Math.Min(seasonal.MeanAbsoluteError, last.MeanAbsoluteError),
            true,
            $"measured here: seasonal naive (132 months) {seasonal.MeanAbsoluteError:0.00}, last value {last.MeanAbsoluteError:0.00}",
            seed => run(seed).Metrics.MeanAbsoluteError
        );
        yield return new(
            "Sunspots",
            "forecast",
            split,
            "RMSE",
            Math.Min(seasonal.RootMeanSquaredError, last.RootMeanSquaredError),
            true,
            $"measured here: seasonal naive {seasonal.RootMeanSquaredError:0.00}, last value {last.RootMeanSquaredError:0.00}",
            seed => run(seed).Metrics.RootMeanSquaredError
        );
    }

    // Several bars of one fit.
    private static Func<int, T> Once<T>(Func<int, T> run)
    {
        var results = new ConcurrentDictionary<int, Lazy<T>>();
        return seed => results.GetOrAdd(seed, _ => new Lazy<T>(() => run(seed))).Value;
    }
}
