using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Text;
using RnnMlNet.Text;

namespace RnnMlNet.Experiments;

public sealed partial class ExperimentResult<TMetrics>
{
    /// <summary>Plots the trials by time, the best so far, and a table of the best.</summary>
    internal Plot ToPlot()
    {
        RunDetail<TMetrics>[] measured = [.. RunDetails.Where(run => run.ValidationMetrics is not null)];
        return new Plot("Experiment", Summary(), [Chart(measured), Best(measured)]);
    }

    private LineChart Chart(RunDetail<TMetrics>[] measured)
    {
        ILookup<bool, RunDetail<TMetrics>> byWhole = measured.ToLookup(run => run.Folds == measured.Max(one => one.Folds));
        ChartSeries whole = Points(byWhole[true], "a trial", byWhole[false].Any() ? 1 : ChartSeries.Faint);
        ChartSeries givenUp = Points(byWhole[false], "one given up on its first fold", ChartSeries.Faint);
        ChartSeries best = new(
            "best so far",
            SeriesKind.Steps,
            0,
            [.. Progress.Select(step => new ChartPoint(step.Seconds, step.Value)), new ChartPoint(Seconds, Progress[^1].Value)]
        );
        string direction = Metric.IsLowerBetter ? "lower is better" : "higher is better";
        return new LineChart(
            "",
            new ChartAxis(AxisKind.Linear, "seconds"),
            new ChartAxis(AxisKind.Linear, $"validation {Metric.Name} ({direction})"),
            byWhole[false].Any() ? [givenUp, whole, best] : [whole, best]
        );
    }

    private ChartSeries Points(IEnumerable<RunDetail<TMetrics>> runs, string name, int style) =>
        new(
            name,
            SeriesKind.Points,
            style,
            [
                .. runs.OrderBy(run => run.MeasuredAtSeconds)
                    .Select(run => new ChartPoint(run.MeasuredAtSeconds, Metric.Of(run.ValidationMetrics!))),
            ]
        );

    private Table Best(RunDetail<TMetrics>[] measured)
    {
        IReadOnlyList<RunDetail<TMetrics>> runs = Shown(ShownRuns);
        string title =
            (runs.Count < measured.Length ? $"The best {runs.Count} of {measured.Length} trials" : "Trials, the best first")
            + (IsBestAhead ? "" : $" (*: the model; {WhyOthersAreAhead})");
        return new Table(
            title,
            [
                new("trial"),
                new(Metric.Name),
                new("loss"),
                new("epochs"),
                .. HasFolds ? [new TableColumn("folds")] : Array.Empty<TableColumn>(),
                new("seconds"),
                new("options", IsNumber: false, IsSentence: true),
            ],
            [
                .. runs.Select(run =>
                    (string[])
                        [
                            Label.Count(run.Trial) + (run == BestRun && !IsBestAhead ? "*" : ""),
                            Label.Number(Metric.Of(run.ValidationMetrics!), 4),
                            Label.Number(run.ValidationLoss, 4),
                            Label.Count(run.Epochs),
                            .. HasFolds ? [Label.Count(run.Folds)] : Array.Empty<string>(),
                            Label.Number(run.RuntimeInSeconds, 2),
                            run.Chosen,
                        ]
                ),
            ]
        );
    }

    private string Summary()
    {
        int failed = RunDetails.Count(run => run.Exception is not null);
        return $"{Label.Plural(RunDetails.Count - failed, "trial")} in "
            + $"{Durations.Text(Seconds)}{(failed > 0 ? $", {failed} more that failed" : "")}; "
            + $"the best is trial {BestRun.Trial} ({BestRun.Chosen}), {Metric.Name} "
            + $"{Label.Number(Metric.Of(BestRun.ValidationMetrics!), 4)} on held-out rows.";
    }
}
