using System.Globalization;
using System.Text;

namespace RnnMlNet.Experiments;

/// <summary>What an experiment came to. Named as in ML.NET's AutoML.</summary>
/// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
public sealed partial class ExperimentResult<TMetrics> where TMetrics : class
{
    private const int ShownRuns = 10;

    internal ExperimentResult(RunDetail<TMetrics> best, IReadOnlyList<RunDetail<TMetrics>> runs, IReadOnlyList<BestSoFar> progress, OptimizingMetric<TMetrics> metric, double seconds)
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

    /// <summary>How the best metric came about: an entry each time that it got better, in the order of time. Of trials that were trained for as many epochs, and measured on as many folds, as the best.</summary>
    public IReadOnlyList<BestSoFar> Progress { get; }

    /// <summary>Name of the metric that trials were compared by.</summary>
    public string OptimizingMetric => Metric.Name;

    /// <summary>Seconds that the experiment took, earlier runs of one that was gone on with included.</summary>
    public double Seconds { get; }

    internal OptimizingMetric<TMetrics> Metric { get; }

    /// <summary>Whether trials differ in the folds that they were measured on, or were measured on several.</summary>
    internal bool HasFolds => RunDetails.Any(run => run.Folds > 1);

    /// <summary>A table of the best trials.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{RunDetails.Count} trials in {Seconds:0} s, compared by {Metric.Name}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"trial",6} {Metric.Name,14} {"loss",9} {"epochs",7}{(HasFolds ? $" {"folds",5}" : "")} {"seconds",8}  options");
        foreach (RunDetail<TMetrics> run in BestFirst().Take(ShownRuns))
            text.AppendLine(CultureInfo.InvariantCulture, $"{run.Trial,6} {Metric.Of(run.ValidationMetrics!),14:0.0000} {run.ValidationLoss,9:0.0000} {run.Epochs,7}{(HasFolds ? $" {run.Folds,5}" : "")} {run.RuntimeInSeconds,8:0.0}  {run.Chosen}");
        int failed = RunDetails.Count(run => run.Exception is not null);
        if (failed > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"{failed} failed, the first: {RunDetails.First(run => run.Exception is not null).Exception!.Message}");
        return text.ToString().TrimEnd();
    }

    /// <summary>The trials that were measured, the best first: those trained for longer and measured on more folds were better than others before.</summary>
    internal IEnumerable<RunDetail<TMetrics>> BestFirst() =>
        RunDetails.Where(run => run.ValidationMetrics is not null).OrderByDescending(run => run.Reach)
            .ThenByDescending(run => Metric.Score(run.ValidationMetrics!))
            .ThenBy(run => double.IsNaN(run.ValidationLoss) ? double.PositiveInfinity : run.ValidationLoss);
}

/// <summary>A metric that was better than all before.</summary>
/// <param name="Seconds">Since the experiment began.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Value">The metric.</param>
public sealed record BestSoFar(double Seconds, int Trial, double Value);
