using System.Collections.Concurrent;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy;

/// <summary>Forecasts with what is known beside the target, which must be better than those without it and than the last season.</summary>
internal static class CovariateBars
{
    private const int Seeds = 3,
        NewBranches = 5;

    /// <summary>The bars with a name that is asked for.</summary>
    public static IEnumerable<AccuracyBar> All(string data, Func<string, bool> isWanted) =>
        new (string Name, Func<IEnumerable<AccuracyBar>> Make)[]
        {
            ("vic_electricity", () => Electricity(data)),
            ("bank branches", () => Branches(data)),
            ("new branches", () => [OfNewBranches(data)]),
        }
            .Where(bar => isWanted(bar.Name))
            .SelectMany(bar => bar.Make());

    private static IEnumerable<AccuracyBar> Electricity(string data)
    {
        var (halfHours, holidays) = ElectricityFile.Read(Path.Combine(data, "vic_electricity", "vic_electricity.csv.gz"));
        Func<int, BacktestResult> without = Once(seed => Run(null, seed));
        yield return new(
            "vic_electricity",
            "forecast",
            $"{halfHours.Length} half hours, a day ahead from each of the last {ElectricityFile.DaysToTest} days, holidays known",
            "MAE",
            Mean(seed => without(seed).Metrics.MeanAbsoluteError),
            true,
            $"bar: the same without the calendar; measured here: same half hour a week before "
                + $"{without(1).SeasonalNaive.MeanAbsoluteError:0.0}",
            seed => Run(holidays, seed).Metrics.MeanAbsoluteError
        );

        BacktestResult Run(CalendarDay[]? days, int seed) =>
            CovariateForecasts.Electricity(halfHours, days, ElectricityFile.DaysToTest, Recipes.Electricity(seed));
    }

    private static IEnumerable<AccuracyBar> Branches(string data)
    {
        BranchWeek[] weeks = Read(data);
        Func<int, BacktestResult> with = Once(seed => CovariateForecasts.Branches(weeks, hasCovariates: true, Recipes.Branches(seed)));
        string rows = "32 branches of 169 weeks, 13 ahead from two origins";
        yield return new(
            "bank branches",
            "forecast",
            rows,
            "MAE",
            Mean(seed => CovariateForecasts.Branches(weeks, hasCovariates: false, Recipes.Branches(seed)).Metrics.MeanAbsoluteError),
            true,
            "bar: the same without past, known and static columns",
            seed => with(seed).Metrics.MeanAbsoluteError
        );
        yield return new(
            "bank branches",
            "forecast",
            rows,
            "MAE",
            with(1).SeasonalNaive.MeanAbsoluteError,
            true,
            "bar: the same week a year before",
            seed => with(seed).Metrics.MeanAbsoluteError
        );
    }

    private static AccuracyBar OfNewBranches(string data)
    {
        BranchWeek[] weeks = Read(data);
        string[] branches = [.. weeks.Select(week => week.Branch).Distinct().Order(StringComparer.Ordinal)];
        Func<int, (double Error, double SeasonalNaive)> run = Once(seed =>
            CovariateForecasts.NewBranches(weeks, HeldOut(branches, seed), Recipes.Branches(seed))
        );
        return new(
            "new branches",
            "forecast",
            $"{branches.Length - NewBranches} branches to train on, {NewBranches} others from their first 52 weeks, 13 ahead",
            "MAE",
            Mean(seed => run(seed).SeasonalNaive),
            true,
            "bar: the same week a year before",
            seed => run(seed).Error
        );
    }

    /// <summary>The branches that a seed holds out: others for each.</summary>
    public static IReadOnlySet<string> HeldOut(string[] branches, int seed) =>
        branches
            .Where((_, i) => i % (branches.Length / NewBranches) == seed % (branches.Length / NewBranches))
            .Take(NewBranches)
            .ToHashSet();

    public static BranchWeek[] Read(string data) =>
        BranchFile.Read(Path.Combine(data, "bank_branch_transactions", "bank_branch_transactions.csv"));

    private static double Mean(Func<int, double> run)
    {
        var results = new double[Seeds];
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => results[i] = run(i + 1));
        return results.Average();
    }

    // Several bars of one fit.
    private static Func<int, T> Once<T>(Func<int, T> run)
    {
        var results = new ConcurrentDictionary<int, Lazy<T>>();
        return seed => results.GetOrAdd(seed, _ => new Lazy<T>(() => run(seed))).Value;
    }
}
