using System.Collections.Concurrent;
using System.Globalization;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>
/// How the recipes of forecasts with covariates were chosen: candidates against each other on the days and weeks before those that are
/// tested, which are cut off before anything is fitted.
/// </summary>
internal static class CovariateSelection
{
    // Candidates for the branches alone.
    private const string OfBranches = "branches, ";

    private const int Seeds = 3,
        DaysToValidate = 182;

    private static readonly (string Name, Action<RnnForecastingEstimator.Options> Change)[] _candidates =
    [
        ("recipe", _ => { }),
        ("no calendar features", o => o.CalendarFeatures = CalendarFeatures.None),
        ("window of a day or a half", o => o.WindowSize /= 2),
        ("squared loss", o => o.Loss = ForecastLoss.Squared),
        ("dropout .3", o => o.Dropout = .3f),
        ("no residual", o => o.Residual = ForecastResidual.None),
        ("last season", o => o.Residual = ForecastResidual.SeasonalNaive),
        (OfBranches + "embedded", o => o.EmbedSeries = true),
        (OfBranches + "5 networks", o => o.EnsembleSize = 5),
    ];

    public static void Run(string data, string? only)
    {
        var (all, holidays) = ElectricityFile.Read(Path.Combine(data, "vic_electricity", "vic_electricity.csv.gz"));
        HalfHour[] halfHours = all[..^(ElectricityFile.DaysToTest * ElectricityFile.HalfHoursOfDay)];
        BranchWeek[] weeks = BranchesBeforeTest(data);
        string[] branches = [.. weeks.Select(week => week.Branch).Distinct().Order(StringComparer.Ordinal)];
        foreach (var (name, change) in _candidates.Where(one => only is null || one.Name.Contains(only, StringComparison.Ordinal)))
        {
            // Several measures of one fit.
            var runs = new ConcurrentDictionary<(bool, int), Lazy<BacktestResult>>();
            if (!name.StartsWith(OfBranches, StringComparison.Ordinal))
                Print(
                    "electricity",
                    name,
                    "MAE with the calendar, without; on holidays with, without",
                    [
                        Mean(seed => Electricity(holidays, seed).Metrics.MeanAbsoluteError),
                        Mean(seed => Electricity(null, seed).Metrics.MeanAbsoluteError),
                        Mean(seed => CovariateForecasts.ErrorOn(Electricity(holidays, seed), holidays)),
                        Mean(seed => CovariateForecasts.ErrorOn(Electricity(null, seed), holidays)),
                    ]
                );
            Print(
                "branches",
                name,
                "MAE with covariates, without, of new branches, their last year",
                [
                    Mean(seed => CovariateForecasts.Branches(weeks, true, Changed(Recipes.Branches(seed))).Metrics.MeanAbsoluteError),
                    Mean(seed => CovariateForecasts.Branches(weeks, false, Changed(Recipes.Branches(seed))).Metrics.MeanAbsoluteError),
                    Mean(seed => New(seed).Error),
                    Mean(seed => New(seed).SeasonalNaive),
                ]
            );

            BacktestResult Electricity(CalendarDay[]? days, int seed) =>
                runs.GetOrAdd(
                    (days is not null, seed),
                    _ => new Lazy<BacktestResult>(() =>
                        CovariateForecasts.Electricity(halfHours, days, DaysToValidate, Changed(Recipes.Electricity(seed)))
                    )
                ).Value;

            (double Error, double SeasonalNaive) New(int seed) =>
                CovariateForecasts.NewBranches(weeks, CovariateBars.HeldOut(branches, seed), Changed(Recipes.Branches(seed)));

            RnnForecastingEstimator.Options Changed(RnnForecastingEstimator.Options options)
            {
                change(options);
                return options;
            }
        }
    }

    private static BranchWeek[] BranchesBeforeTest(string data)
    {
        BranchWeek[] weeks = CovariateBars.Read(data);
        DateTime last = weeks.Max(week => week.Week).AddDays(-7 * 2 * BranchFile.Horizon);
        return [.. weeks.Where(week => week.Week <= last)];
    }

    private static double Mean(Func<int, double> measure) =>
        Enumerable.Range(1, Seeds).AsParallel().WithDegreeOfParallelism(Environment.ProcessorCount).Average(measure);

    private static void Print(string task, string candidate, string measure, double[] values) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{task, -11} {candidate, -28} {measure}: {string.Join("   ", values.Select(value => $"{value:0.00}"))}"
            )
        );
}
