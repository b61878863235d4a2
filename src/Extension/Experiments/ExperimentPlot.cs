using RnnMlNet.Experiments;
using RnnMlNet.Plots;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;
using RnnMlNet.Text;

namespace RnnMlNet.Experiments;

/// <summary>The plot of an experiment: its trials by time, the best so far, and a table of the best.</summary>
internal static class ExperimentPlot
{
    private const int ShownRuns = 10;

    public static Plot Of<TMetrics>(ExperimentResult<TMetrics> result)
        where TMetrics : class
    {
        RunDetail<TMetrics>[] measured = [.. result.RunDetails.Where(run => run.ValidationMetrics is not null)];
        return new Plot("Experiment", Summary(result), [Chart(result, measured), Best(result, measured)]);
    }

    private static LineChart Chart<TMetrics>(ExperimentResult<TMetrics> result, RunDetail<TMetrics>[] measured)
        where TMetrics : class
    {
        ILookup<bool, RunDetail<TMetrics>> byWhole = measured.ToLookup(run => run.Folds == measured.Max(one => one.Folds));
        ChartSeries whole = Points(result, byWhole[true], "a trial", byWhole[false].Any() ? 1 : ChartSeries.Faint);
        ChartSeries givenUp = Points(result, byWhole[false], "one given up on its first fold", ChartSeries.Faint);
        ChartSeries best = new(
            "best so far",
            SeriesKind.Steps,
            0,
            [
                .. result.Progress.Select(step => new ChartPoint(step.Seconds, step.Value)),
                new ChartPoint(result.Seconds, result.Progress[^1].Value),
            ]
        );
        string direction = result.Metric.IsLowerBetter ? "lower is better" : "higher is better";
        return new LineChart(
            "",
            new ChartAxis(AxisKind.Linear, "seconds"),
            new ChartAxis(AxisKind.Linear, $"validation {result.Metric.Name} ({direction})"),
            byWhole[false].Any() ? [givenUp, whole, best] : [whole, best]
        );
    }

    private static ChartSeries Points<TMetrics>(
        ExperimentResult<TMetrics> result,
        IEnumerable<RunDetail<TMetrics>> runs,
        string name,
        int style
    )
        where TMetrics : class =>
        new(
            name,
            SeriesKind.Points,
            style,
            [
                .. runs.OrderBy(run => run.MeasuredAtSeconds)
                    .Select(run => new ChartPoint(run.MeasuredAtSeconds, result.Metric.Of(run.ValidationMetrics!))),
            ]
        );

    private static Table Best<TMetrics>(ExperimentResult<TMetrics> result, RunDetail<TMetrics>[] measured)
        where TMetrics : class
    {
        IReadOnlyList<RunDetail<TMetrics>> runs = result.Shown(ShownRuns);
        string title =
            (runs.Count < measured.Length ? $"The best {runs.Count} of {measured.Length} trials" : "Trials, the best first")
            + (result.IsBestAhead ? "" : $" (*: the model; {ExperimentResult<TMetrics>.WhyOthersAreAhead})");
        return new Table(
            title,
            [
                new("trial"),
                new(result.Metric.Name),
                new("loss"),
                new("epochs"),
                .. result.HasFolds ? [new TableColumn("folds")] : Array.Empty<TableColumn>(),
                new("seconds"),
                new("options", IsNumber: false, IsSentence: true),
            ],
            [
                .. runs.Select(run =>
                    (string[])
                        [
                            Label.Count(run.Trial) + (run == result.BestRun && !result.IsBestAhead ? "*" : ""),
                            Label.Number(result.Metric.Of(run.ValidationMetrics!), 4),
                            Label.Number(run.ValidationLoss, 4),
                            Label.Count(run.Epochs),
                            .. result.HasFolds ? [Label.Count(run.Folds)] : Array.Empty<string>(),
                            Label.Number(run.RuntimeInSeconds, 2),
                            run.Chosen,
                        ]
                ),
            ]
        );
    }

    private static string Summary<TMetrics>(ExperimentResult<TMetrics> result)
        where TMetrics : class
    {
        int failed = result.RunDetails.Count(run => run.Exception is not null);
        return $"{Label.Plural(result.RunDetails.Count - failed, "trial")} in "
            + $"{Durations.Text(result.Seconds)}{(failed > 0 ? $", {failed} more that failed" : "")}; "
            + $"the best is trial {result.BestRun.Trial} ({result.BestRun.Chosen}), {result.Metric.Name} "
            + $"{Label.Number(result.Metric.Of(result.BestRun.ValidationMetrics!), 4)} on held-out rows.";
    }
}
