using System.Globalization;
using System.Text;
using RnnMlNet.Experiments.Trials;
using RnnMlNet.Plots;
using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet.Experiments;

/// <summary>Result of an experiment. Named as in ML.NET's AutoML.</summary>
/// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial class ExperimentResult<TMetrics> : IDrawn
    where TMetrics : class
{
    private const int ShownRuns = 10;

    internal ExperimentResult(
        RunDetail<TMetrics> best,
        IReadOnlyList<RunDetail<TMetrics>> runs,
        IReadOnlyList<BestSoFar> progress,
        OptimizingMetric<TMetrics> metric,
        double seconds
    )
    {
        BestRun = best;
        RunDetails = runs;
        Progress = progress;
        Metric = metric;
        Seconds = seconds;
    }

    /// <summary>The best trial, with its model.</summary>
    public RunDetail<TMetrics> BestRun { get; }

    /// <summary>All trials that were measured or failed, in the order of their numbers.</summary>
    public IReadOnlyList<RunDetail<TMetrics>> RunDetails { get; }

    /// <summary>
    /// The improvements of the best metric, in time order, among trials that were trained for as many epochs, and measured on as many
    /// folds, as the best.
    /// </summary>
    public IReadOnlyList<BestSoFar> Progress { get; }

    /// <summary>Name of the metric that trials were compared by.</summary>
    public string OptimizingMetric => Metric.Name;

    /// <summary>Seconds that the experiment took, including earlier runs that it resumed.</summary>
    public double Seconds { get; }

    internal OptimizingMetric<TMetrics> Metric { get; }

    /// <summary>Whether trials differ in the folds that they were measured on, or were measured on several.</summary>
    internal bool HasFolds => RunDetails.Any(run => run.Folds > 1);

    /// <summary>Returns a table of the best trials.</summary>
    public override string ToString()
    {
        int width = Math.Max(9, Metric.Name.Length);
        var text = new StringBuilder();
        IReadOnlyList<RunDetail<TMetrics>> shown = Shown(ShownRuns);
        int measured = RunDetails.Count(run => run.ValidationMetrics is not null);
        string some = shown.Count < measured ? $" ({shown.Count} shown, all in RunDetails)" : "";
        text.Append(
                CultureInfo.InvariantCulture,
                $"{Words.Plural(RunDetails.Count, "trial")}{some} in {Durations.Text(Seconds)}, "
                    + $"compared by {Metric.Name} ({(Metric.IsLowerBetter ? "lower" : "higher")} is better)"
            )
            .AppendLine();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{"trial", 6}  {Metric.Name.PadLeft(width)} {"loss", 9} "
                + $"{"epochs", 7}{(HasFolds ? $" {"folds", 5}" : "")} {"seconds", 8}  options"
        );
        foreach (RunDetail<TMetrics> run in shown)
            text.AppendLine()
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{run.Trial, 6}{(run == BestRun ? "*" : " ")} {Words.Cell(Metric.Of(run.ValidationMetrics!)).PadLeft(width)} "
                        + $"{Words.Cell(run.ValidationLoss), 9} {run.Epochs, 7}{(HasFolds ? $" {run.Folds, 5}" : "")} "
                        + $"{run.RuntimeInSeconds, 8:0.0}  {run.Chosen}"
                );
        text.AppendLine().Append(CultureInfo.InvariantCulture, $"* the model{(IsBestAhead ? "" : $": {WhyOthersAreAhead}")}");
        int failed = RunDetails.Count(run => run.Exception is not null);
        if (failed > 0)
            text.AppendLine()
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{failed} failed, the first: {RunDetails.First(run => run.Exception is not null).Exception!.Message}"
                );
        return text.ToString();
    }

    /// <summary>Why trials with a better metric than the model's are listed before it.</summary>
    internal const string WhyOthersAreAhead = "trials with a better metric were measured on fewer folds, or after fewer epochs";

    /// <summary>Whether no trial has a better metric than the model's.</summary>
    internal bool IsBestAhead => BestFirst().First() == BestRun;

    /// <summary>The trials that a table shows: the best by the metric alone, and the model's in any case.</summary>
    internal IReadOnlyList<RunDetail<TMetrics>> Shown(int most)
    {
        RunDetail<TMetrics>[] best = [.. BestFirst().Take(most)];
        return best.Contains(BestRun) ? best : [.. best[..^1], BestRun];
    }

    /// <summary>
    /// The measured trials, the best metric first, whatever it was measured on; a NaN metric is last. Among equal metrics the model's is
    /// first, then those measured on more folds and after more epochs, then the lower loss.
    /// </summary>
    internal IEnumerable<RunDetail<TMetrics>> BestFirst() =>
        RunDetails
            .Where(run => run.ValidationMetrics is not null)
            .OrderByDescending(run => Metric.Score(run.ValidationMetrics!))
            .ThenByDescending(run => run == BestRun)
            .ThenByDescending(run => run.Progress)
            .ThenBy(run => run.ValidationLoss)
            .ThenBy(run => run.Trial);

    IRendered IDrawn.Draw() => ToPlot();
}

/// <summary>An improvement of the best metric.</summary>
/// <param name="Seconds">Seconds since the experiment began.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Value">The metric.</param>
public sealed record BestSoFar(double Seconds, int Trial, double Value);
