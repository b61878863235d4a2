using RnnMlNet.Experiments.Trials;

namespace RnnMlNet.Experiments;

/// <summary>The options of a search.</summary>
internal sealed record ExperimentPlan<TMetrics>(
    SearchMethod Method,
    SearchSpace Space,
    OptimizingMetric<TMetrics> Metric,
    int MaxEpochs,
    int MaxModels,
    double MaxSeconds,
    int Seed
)
{
    /// <summary>Whether the number of folds may be reduced where time is short: the user did not set it.</summary>
    public bool MayDropFolds { get; init; }

    /// <summary>The same for the number of epochs.</summary>
    public bool MayDropEpochs { get; init; }
}
