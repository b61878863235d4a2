using System.Globalization;

namespace Accuracy.Defaults;

/// <summary>
/// Default forecasters on public series, beside naive forecasts and published figures. What a set is measured by is the published test
/// horizon; choices are made by the one before it.
/// </summary>
internal static class ForecastSets
{
    /// <summary>Targets of national_illness.</summary>
    public const int IllnessTargets = 7;

    // Of bounds of 95 %.
    private const double LeastCoverage = 0.93,
        MostCoverage = 0.97;
    private const double MostSecondsOfMany = 60,
        MostSecondsOfOne = 10;

    /// <summary>Prints a line a set; what was met and what was missed.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="seeds">Seeds 1 to this one.</param>
    /// <param name="threads">Threads of a fit.</param>
    /// <param name="beforeTest">Whether the horizon before the test horizon is measured, of single series the end of their first four
    /// fifths: for choices.</param>
    /// <param name="change">A change to the defaults: "EnsembleSize=5,Dropout=0.2"; empty for none.</param>
    public static IReadOnlyList<(string Text, bool IsMet)> Run(
        string data,
        Predicate<string> isWanted,
        int seeds,
        int threads,
        bool beforeTest = false,
        string change = ""
    )
    {
        var verdicts = new List<(string Text, bool IsMet)>();
        Set[] sets =
        [
            .. Many(data, beforeTest)
                .Concat(beforeTest ? [] : Illness(data))
                .Concat(Single(data, beforeTest))
                .Where(set => isWanted(set.Name)),
        ];
        if (sets.Length > 0)
            Console.WriteLine(
                $"{"series", -18} {"measure", -7} {"default", 9} {"last", 9} {"season", 9} {"in 95 %", 8} {"s/fit", 6}  published"
            );
        foreach (Set set in sets)
        {
            ForecastOutcome[] outcomes =
            [
                .. Enumerable.Range(1, seeds).Select(seed => set.Run(new FitSetup(seed, threads, OptionChange.Parse(change)))),
            ];
            var mean = new ForecastOutcome(
                outcomes.Average(o => o.Error),
                outcomes.Average(o => o.Coverage),
                outcomes[0].LastValue,
                outcomes[0].LastSeason,
                outcomes.Average(o => o.Seconds)
            );
            Console.WriteLine(
                Text($"{set.Name, -18} {set.Measure, -7} {mean.Error, 9:0.000} {mean.LastValue, 9:0.000} {mean.LastSeason, 9:0.000} ")
                    + Text($"{mean.Coverage, 8:0.000} {mean.Seconds, 6:0.0}  {set.Published}")
            );
            verdicts.AddRange(Verdicts(set, mean));
        }
        return verdicts;
    }

    private static IEnumerable<(string Text, bool IsMet)> Verdicts(Set set, ForecastOutcome mean)
    {
        double bar = set.Bar ?? Math.Min(mean.LastValue, mean.LastSeason);
        // The naive forecast itself, by another way of adding up.
        const double Rounding = 1 + 1e-6;
        yield return (
            Text($"{set.Name}: {set.Measure} {mean.Error:0.000} <= {bar:0.000}{(set.Bar is null ? " of the better naive forecast" : "")}"),
            mean.Error <= bar * Rounding
        );
        if (set.HasCoverage)
            yield return (
                Text($"{set.Name}: {mean.Coverage:0.000} of the values within the bounds of 95 %, {LeastCoverage} to {MostCoverage}"),
                mean.Coverage is >= LeastCoverage and <= MostCoverage
            );
        double most = set.Bar is null ? MostSecondsOfOne : MostSecondsOfMany;
        yield return (Text($"{set.Name}: a default fit {mean.Seconds:0.0} s < {most:0} s"), mean.Seconds < most);
    }

    private static IEnumerable<Set> Many(string data, bool beforeTest)
    {
        ForecastSeries[] Cut(ForecastSeries[] series, int horizon) =>
            beforeTest ? [.. series.Select(one => one with { Values = one.Values[..^horizon] })] : series;
        yield return OfMany(
            "M4_hourly",
            () => Cut(ForecastSeriesFile.M4Hourly(Path.Combine(data, "M4_hourly")), 48),
            (start, t) => start.AddHours(t),
            48,
            24,
            .95,
            "ES-RNN .893, best of the competition .801"
        );
        // Of tourism's shortest yearly series nothing to learn from is left before the horizon that precedes the test horizon.
        foreach (
            var (name, months, horizon, season, bar, published) in (
                (IEnumerable<(string Name, int, int, int, double, string)>)
                    [
                        ("monthly", 1, 24, 12, 1.45, "DeepAR 1.409"),
                        ("quarterly", 3, 8, 4, 1.53, "DeepAR 1.597, N-BEATS 1.475"),
                        ("yearly", 12, 4, 1, 3.007, ""),
                    ]
            ).Where(set => !beforeTest || set.Name != "yearly")
        )
            yield return OfMany(
                $"tourism {name}",
                () => Cut(ForecastSeriesFile.Tsf(Path.Combine(data, "tourism", $"tourism_{name}.tsf")), horizon),
                (start, t) => start.AddMonths(months * t),
                horizon,
                season,
                bar,
                published
            );
        yield return OfMany(
            "hospital",
            () => Cut(ForecastSeriesFile.Tsf(Path.Combine(data, "hospital", "hospital.tsf")), 12),
            (start, t) => start.AddMonths(t),
            12,
            12,
            .775,
            "DeepAR .769, Theta .761"
        );
    }

    private static Set OfMany(
        string name,
        Func<ForecastSeries[]> read,
        Func<DateTime, int, DateTime> timeAt,
        int horizon,
        int season,
        double bar,
        string published
    ) => new(name, "MASE", bar, HasCoverage: true, published, setup => ForecastRuns.Many(read(), timeAt, horizon, season, setup));

    // The split of long-term forecasting: 70, 10 and 20 % of the weeks, z-scores of the first.
    private static IEnumerable<Set> Illness(string data)
    {
        yield return new(
            "national_illness",
            "MSE",
            2,
            HasCoverage: false,
            "24 ahead: linear model 1.683, LSTM 5.914, LSTNet 6.026",
            setup =>
            {
                string[][] rows =
                [
                    .. File.ReadLines(Path.Combine(data, "national_illness", "national_illness.csv"))
                        .Skip(1)
                        .Select(line => line.Split(',')),
                ];
                int training = (int)(rows.Length * 0.7),
                    test = (int)(rows.Length * 0.2);
                double[][] values =
                [
                    .. rows.Select(row => row[1..].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
                ];
                double[] means = [.. Enumerable.Range(0, IllnessTargets).Select(c => values[..training].Average(row => row[c]))];
                double[] deviations =
                [
                    .. means.Select((mean, c) => Math.Sqrt(values[..training].Average(row => (row[c] - mean) * (row[c] - mean)))),
                ];
                SeveralStep[] steps =
                [
                    .. rows.Zip(
                        values,
                        (row, own) =>
                            new SeveralStep
                            {
                                Time = DateTime.Parse(row[0], CultureInfo.InvariantCulture),
                                Values = [.. own.Select((value, c) => (float)((value - means[c]) / deviations[c]))],
                            }
                    ),
                ];
                return ForecastRuns.Several(steps, steps.Length - test, horizon: 24, season: 52, setup);
            }
        );
    }

    // Short series over their second half, by models that are trained anew before each origin; long ones by one that is trained once.
    private static IEnumerable<Set> Single(string data, bool beforeTest)
    {
        DateTime start = new(1960, 1, 1);
        (string Name, string File, int Column, Func<int, DateTime> TimeAt, RollingPlan Plan)[] sets =
        [
            ("AirPassengers", "AirPassengers", 1, t => start.AddMonths(t), new RollingPlan(12, 12, 6, true, 12)),
            ("wineind", "wineind", 0, t => start.AddMonths(t), new RollingPlan(12, 12, 6, true, 12)),
            ("monthly-milk", "monthly-milk", 1, t => start.AddMonths(t), new RollingPlan(12, 12, 6, true, 12)),
            ("ausbeer", "ausbeer", 0, t => start.AddMonths(3 * t), new RollingPlan(8, 12, 4, true, 4)),
            ("woolyrnq", "woolyrnq", 0, t => start.AddMonths(3 * t), new RollingPlan(8, 12, 4, true, 4)),
            ("us_gasoline", "us_gasoline", 1, t => start.AddDays(7 * t), new RollingPlan(13, 24, 13, false, 52)),
            ("temps", "temps", 1, t => start.AddDays(t), new RollingPlan(7, 104, 7, false, 365)),
            ("sunspots", "monthly-sunspots", 1, t => start.AddMonths(t - 2400), new RollingPlan(36, 45, 12, false, 132)),
        ];
        foreach (var (name, file, column, timeAt, plan) in sets)
            yield return new(
                name,
                "MAE",
                null,
                HasCoverage: false,
                Text($"{plan.Horizon} ahead from {plan.Folds} origins, {(plan.Refits ? "trained before each" : "trained once")}"),
                setup =>
                {
                    float[] values = ForecastSeriesFile.Column(Path.Combine(data, "darts_series", $"{file}.csv"), column);
                    // The newest week stands first there.
                    values = name == "us_gasoline" ? [.. values.Reverse()] : values;
                    return ForecastRuns.Single(beforeTest ? values[..(values.Length * 4 / 5)] : values, timeAt, plan, setup);
                }
            );
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Set(
        string Name,
        string Measure,
        double? Bar,
        bool HasCoverage,
        string Published,
        Func<FitSetup, ForecastOutcome> Run
    );
}
