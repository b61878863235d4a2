using System.Globalization;
using Accuracy.Defaults;

namespace Accuracy.Tables;

/// <summary>Data in the shape that people have it: long tables, conditions, missing values, a label at every step.</summary>
internal static class TablesPart
{
    /// <summary>Prints a line for each case, then the bars; whether all are met.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which cases.</param>
    /// <param name="seeds">Seeds 1 to this one.</param>
    /// <param name="threads">Threads of a fit.</param>
    public static bool Run(string data, Predicate<string> isWanted, int seeds, int threads)
    {
        bool areMet = true;
        foreach (ITableCase one in Cases(data).Where(one => isWanted(one.Name)))
        {
            Outcome[] outcomes = [.. Enumerable.Range(1, seeds).Select(seed => one.Run(seed, threads))];
            var mean = Outcome.Mean(outcomes);
            bool isMet = one.Bar is not double bar || (one.LowerIsBetter ? mean.Value <= bar : mean.Value >= bar);
            areMet &= isMet;
            string all = string.Join(", ", outcomes.Select(outcome => outcome.Value.ToString("0.0000", CultureInfo.InvariantCulture)));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(isMet ? "met   " : "MISSED")} {one.Name}: {one.Measure} {mean.Value:0.0000} of [{all}], "
                        + $"bar {one.Bar?.ToString(CultureInfo.InvariantCulture) ?? "none"}, {mean.Seconds:0} s a fit"
                )
            );
        }
        return areMet;
    }

    private static IEnumerable<ITableCase> Cases(string data) =>
        [
            new EngineTable(data, "FD001", byCondition: false),
            new EngineTable(data, "FD002", byCondition: false),
            new EngineTable(data, "FD002", byCondition: true),
            new GappySeries(data, "DodgerLoopDay", 0.6),
            new GappySeries(data, "DodgerLoopGame", 0.92),
            new GappySeries(data, "DodgerLoopWeekend", 0.97),
            new OccupancyTable(data, "datatest"),
            new OccupancyTable(data, "datatest2"),
            new PollutionTable(data),
        ];
}
