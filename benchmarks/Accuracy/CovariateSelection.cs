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
        (OfBranches + "recipe", _ => { }),
        (OfBranches + "embedded", o => o.EmbedSeries = true),
        (OfBranches + "5 networks", o => o.EnsembleSize = 5),
        (OfBranches + "5 networks, squared loss", o => (o.EnsembleSize, o.Loss) = (5, ForecastLoss.Squared)),
        (OfBranches + "the same, no calendar features", o => (Squared(o).EnsembleSize, o.CalendarFeatures) = (5, CalendarFeatures.None)),
        (
            OfBranches + "the same, a third naive",
            o => (Squared(o).EnsembleSize, o.NaiveShare, o.SeasonLength) = (5, .33f, BranchFile.Season)
        ),
        (OfBranches + "the same, half naive", o => (Squared(o).EnsembleSize, o.NaiveShare, o.SeasonLength) = (5, .5f, BranchFile.Season)),
        (
            OfBranches + "half naive, no calendar features",
            o =>
                (Squared(o).EnsembleSize, o.NaiveShare, o.SeasonLength, o.CalendarFeatures) = (
                    5,
                    .5f,
                    BranchFile.Season,
                    CalendarFeatures.None
                )
        ),
    ];

    public static void Run(string data, string? only)
    {
        var (all, holidays) = ElectricityFile.Read(Path.Combine(data, "vic_electricity", "vic_electricity.csv.gz"));
        HalfHour[] halfHours = all[..^(ElectricityFile.DaysToTest * ElectricityFile.HalfHoursOfDay)];
        string[] branches = [.. CovariateBars.Read(data).Select(week => week.Branch).Distinct().Order(StringComparer.Ordinal)];
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
            BranchWeek[][] years = [BranchesBefore(data, 2), BranchesBefore(data, 4)];
            Print(
                "branches",
                name,
                "MAE with covariates, without, of the year before; of new branches, of their year before",
                [
                    years.Average(weeks => Mean(seed => Branches(weeks, true, seed).Metrics.MeanAbsoluteError)),
                    years.Average(weeks => Mean(seed => Branches(weeks, false, seed).Metrics.MeanAbsoluteError)),
                    years.Average(weeks => Branches(weeks, true, 1).SeasonalNaive.MeanAbsoluteError),
                    years.Average(weeks => Mean(seed => New(weeks, seed).Error)),
                    years.Average(weeks => Mean(seed => New(weeks, seed).SeasonalNaive)),
                ]
            );

            BacktestResult Electricity(CalendarDay[]? days, int seed) =>
                runs.GetOrAdd(
                    (days is not null, seed),
                    _ => new Lazy<BacktestResult>(() =>
                        CovariateForecasts.Electricity(halfHours, days, DaysToValidate, Changed(Recipes.Electricity(seed)))
                    )
                ).Value;

            BacktestResult Branches(BranchWeek[] weeks, bool hasCovariates, int seed) =>
                CovariateForecasts.Branches(weeks, hasCovariates, Changed(Recipes.Branches(seed)));

            (double Error, double SeasonalNaive) New(BranchWeek[] weeks, int seed) =>
                CovariateForecasts.NewBranches(weeks, CovariateBars.HeldOut(branches, seed), Changed(Recipes.Branches(seed)));

            RnnForecastingEstimator.Options Changed(RnnForecastingEstimator.Options options)
            {
                change(options);
                return options;
            }
        }
    }

    // The weeks before the last quarters of a year.
    private static BranchWeek[] BranchesBefore(string data, int quarters)
    {
        BranchWeek[] weeks = CovariateBars.Read(data);
        DateTime last = weeks.Max(week => week.Week).AddDays(-7 * quarters * BranchFile.Horizon);
        return [.. weeks.Where(week => week.Week <= last)];
    }

    private static RnnForecastingEstimator.Options Squared(RnnForecastingEstimator.Options options)
    {
        options.Loss = ForecastLoss.Squared;
        return options;
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
