using Microsoft.ML.Data;

namespace RnnMlNet.Experiments;

/// <summary>Metric that an experiment optimises for a classifier of two or more classes; named as in ML.NET's AutoML.</summary>
public enum MulticlassClassificationMetric
{
    /// <summary><see cref="MulticlassClassificationMetrics.MicroAccuracy"/>: share of correctly classified rows.</summary>
    MicroAccuracy,

    /// <summary><see cref="MulticlassClassificationMetrics.MacroAccuracy"/>: the mean of that share over the classes.</summary>
    MacroAccuracy,

    /// <summary><see cref="MulticlassClassificationMetrics.LogLoss"/>, smaller is better.</summary>
    LogLoss,

    /// <summary><see cref="MulticlassClassificationMetrics.LogLossReduction"/>.</summary>
    LogLossReduction,
}

/// <summary>Metric that an experiment optimises for a binary classifier; named as in ML.NET's AutoML.</summary>
public enum BinaryClassificationMetric
{
    /// <summary><see cref="BinaryClassificationMetrics.Accuracy"/>.</summary>
    Accuracy,

    /// <summary><see cref="BinaryClassificationMetrics.AreaUnderRocCurve"/>.</summary>
    AreaUnderRocCurve,

    /// <summary><see cref="BinaryClassificationMetrics.AreaUnderPrecisionRecallCurve"/>.</summary>
    AreaUnderPrecisionRecallCurve,

    /// <summary><see cref="BinaryClassificationMetrics.F1Score"/>.</summary>
    F1Score,

    /// <summary><see cref="BinaryClassificationMetrics.PositivePrecision"/>.</summary>
    PositivePrecision,

    /// <summary><see cref="BinaryClassificationMetrics.PositiveRecall"/>.</summary>
    PositiveRecall,

    /// <summary><see cref="BinaryClassificationMetrics.NegativePrecision"/>.</summary>
    NegativePrecision,

    /// <summary><see cref="BinaryClassificationMetrics.NegativeRecall"/>.</summary>
    NegativeRecall,
}

/// <summary>Metric that an experiment optimises for a multi-label classifier.</summary>
public enum MultiLabelMetric
{
    /// <summary><see cref="MultiLabelMetrics.MicroF1"/>: F1 of all labels' decisions together.</summary>
    MicroF1,

    /// <summary><see cref="MultiLabelMetrics.MacroF1"/>: the mean of the labels' F1.</summary>
    MacroF1,

    /// <summary><see cref="MultiLabelMetrics.SubsetAccuracy"/>: share of the rows whose labels are all right.</summary>
    SubsetAccuracy,

    /// <summary><see cref="MultiLabelMetrics.HammingLoss"/>, smaller is better.</summary>
    HammingLoss,

    /// <summary><see cref="MultiLabelMetrics.LogLoss"/>, smaller is better.</summary>
    LogLoss,
}

/// <summary>Metric that an experiment optimises for a sequence tagger.</summary>
public enum TaggingMetric
{
    /// <summary><see cref="SequenceTaggingMetrics.Accuracy"/>: share of correctly tagged steps.</summary>
    Accuracy,

    /// <summary><see cref="SequenceTaggingMetrics.SequenceAccuracy"/>: share of the rows whose tags are all right.</summary>
    SequenceAccuracy,

    /// <summary>F1 of <see cref="SequenceTaggingMetrics.Chunks"/>, for tags that are O, B-type or I-type.</summary>
    ChunkF1,

    /// <summary><see cref="SequenceTaggingMetrics.LogLoss"/>, smaller is better.</summary>
    LogLoss,
}

/// <summary>Metric that an experiment optimises for a regression; named as in ML.NET's AutoML.</summary>
public enum RegressionMetric
{
    /// <summary><see cref="RegressionMetrics.RSquared"/>.</summary>
    RSquared,

    /// <summary><see cref="RegressionMetrics.MeanAbsoluteError"/>, smaller is better.</summary>
    MeanAbsoluteError,

    /// <summary><see cref="RegressionMetrics.MeanSquaredError"/>, smaller is better.</summary>
    MeanSquaredError,

    /// <summary><see cref="RegressionMetrics.RootMeanSquaredError"/>, smaller is better.</summary>
    RootMeanSquaredError,
}

/// <summary>Metric that an experiment optimises for a forecaster.</summary>
public enum ForecastingMetric
{
    /// <summary><see cref="ForecastMetrics.MeanAbsoluteError"/>, smaller is better.</summary>
    MeanAbsoluteError,

    /// <summary><see cref="ForecastMetrics.MeanSquaredError"/>, smaller is better.</summary>
    MeanSquaredError,

    /// <summary><see cref="ForecastMetrics.RootMeanSquaredError"/>, smaller is better.</summary>
    RootMeanSquaredError,

    /// <summary><see cref="ForecastMetrics.MeanAbsolutePercentageError"/>, smaller is better.</summary>
    MeanAbsolutePercentageError,

    /// <summary><see cref="ForecastMetrics.SymmetricMeanAbsolutePercentageError"/>, smaller is better.</summary>
    SymmetricMeanAbsolutePercentageError,

    /// <summary>
    /// <see cref="ForecastMetrics.MeanAbsoluteScaledError"/>, smaller is better; targets of different scales have equal weight.
    /// </summary>
    MeanAbsoluteScaledError,
}

/// <summary>The metric that compares trials.</summary>
/// <param name="Name">ML.NET's name.</param>
/// <param name="Of">Returns its value.</param>
/// <param name="IsLowerBetter">Whether smaller is better.</param>
/// <param name="FollowsLoss"> Whether it is best about where the validation loss is lowest. Metrics of decisions, or of their order, are
/// not: they keep improving while the network becomes overconfident, which the loss penalises (Guo et al., On Calibration of Modern Neural
/// Networks, ICML 2017, section 3).
/// </param>
internal sealed record OptimizingMetric<TMetrics>(
    string Name,
    Func<TMetrics, double> Of,
    bool IsLowerBetter = false,
    bool FollowsLoss = false
)
{
    /// <summary>The value, negated where needed so that larger is better.</summary>
    public double Score(TMetrics metrics) => ScoreOf(Of(metrics));

    /// <summary>The score of a value.</summary>
    public double ScoreOf(double value) => IsLowerBetter ? -value : value;

    // A smaller difference may be chance: among many trials on the same rows the best one's metric is optimistic.
    private const double ClearlyLessError = 0.75;

    /// <summary>
    /// Whether a score is better than another by a quarter of the error or more: of the distance to 1, or of the value where smaller is
    /// better.
    /// </summary>
    public bool IsClearlyBetter(double score, double than) =>
        double.IsFinite(than) && (IsLowerBetter ? -score < ClearlyLessError * -than : 1 - score < ClearlyLessError * (1 - than));
}

/// <summary>The metrics by their names.</summary>
internal static class OptimizingMetrics
{
    public static OptimizingMetric<MulticlassClassificationMetrics> Of(MulticlassClassificationMetric metric) =>
        metric switch
        {
            MulticlassClassificationMetric.MacroAccuracy => new($"{metric}", metrics => metrics.MacroAccuracy),
            MulticlassClassificationMetric.LogLoss => new($"{metric}", metrics => metrics.LogLoss, IsLowerBetter: true, FollowsLoss: true),
            MulticlassClassificationMetric.LogLossReduction => new($"{metric}", metrics => metrics.LogLossReduction, FollowsLoss: true),
            _ => new($"{metric}", metrics => metrics.MicroAccuracy),
        };

    public static OptimizingMetric<BinaryClassificationMetrics> Of(BinaryClassificationMetric metric) =>
        metric switch
        {
            BinaryClassificationMetric.AreaUnderRocCurve => new($"{metric}", metrics => metrics.AreaUnderRocCurve),
            BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => new($"{metric}", metrics => metrics.AreaUnderPrecisionRecallCurve),
            BinaryClassificationMetric.F1Score => new($"{metric}", metrics => metrics.F1Score),
            BinaryClassificationMetric.PositivePrecision => new($"{metric}", metrics => metrics.PositivePrecision),
            BinaryClassificationMetric.PositiveRecall => new($"{metric}", metrics => metrics.PositiveRecall),
            BinaryClassificationMetric.NegativePrecision => new($"{metric}", metrics => metrics.NegativePrecision),
            BinaryClassificationMetric.NegativeRecall => new($"{metric}", metrics => metrics.NegativeRecall),
            _ => new($"{metric}", metrics => metrics.Accuracy),
        };

    public static OptimizingMetric<MultiLabelMetrics> Of(MultiLabelMetric metric) =>
        metric switch
        {
            MultiLabelMetric.MacroF1 => new($"{metric}", metrics => metrics.MacroF1),
            MultiLabelMetric.SubsetAccuracy => new($"{metric}", metrics => metrics.SubsetAccuracy),
            MultiLabelMetric.HammingLoss => new($"{metric}", metrics => metrics.HammingLoss, IsLowerBetter: true),
            MultiLabelMetric.LogLoss => new($"{metric}", metrics => metrics.LogLoss, IsLowerBetter: true, FollowsLoss: true),
            _ => new($"{metric}", metrics => metrics.MicroF1),
        };

    public static OptimizingMetric<SequenceTaggingMetrics> Of(TaggingMetric metric) =>
        metric switch
        {
            TaggingMetric.SequenceAccuracy => new($"{metric}", metrics => metrics.SequenceAccuracy),
            TaggingMetric.ChunkF1 => new($"{metric}", metrics => metrics.Chunks.F1),
            TaggingMetric.LogLoss => new($"{metric}", metrics => metrics.LogLoss, IsLowerBetter: true, FollowsLoss: true),
            _ => new($"{metric}", metrics => metrics.Accuracy),
        };

    public static OptimizingMetric<RegressionMetrics> Of(RegressionMetric metric) =>
        metric switch
        {
            RegressionMetric.MeanAbsoluteError => new(
                $"{metric}",
                metrics => metrics.MeanAbsoluteError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            RegressionMetric.MeanSquaredError => new(
                $"{metric}",
                metrics => metrics.MeanSquaredError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            RegressionMetric.RootMeanSquaredError => new(
                $"{metric}",
                metrics => metrics.RootMeanSquaredError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            _ => new($"{metric}", metrics => metrics.RSquared, FollowsLoss: true),
        };

    public static OptimizingMetric<ForecastMetrics> Of(ForecastingMetric metric) =>
        metric switch
        {
            ForecastingMetric.MeanSquaredError => new(
                $"{metric}",
                metrics => metrics.MeanSquaredError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            ForecastingMetric.RootMeanSquaredError => new(
                $"{metric}",
                metrics => metrics.RootMeanSquaredError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            ForecastingMetric.MeanAbsolutePercentageError => new(
                $"{metric}",
                metrics => metrics.MeanAbsolutePercentageError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            ForecastingMetric.SymmetricMeanAbsolutePercentageError => new(
                $"{metric}",
                metrics => metrics.SymmetricMeanAbsolutePercentageError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            ForecastingMetric.MeanAbsoluteScaledError => new(
                $"{metric}",
                metrics => metrics.MeanAbsoluteScaledError,
                IsLowerBetter: true,
                FollowsLoss: true
            ),
            _ => new($"{metric}", metrics => metrics.MeanAbsoluteError, IsLowerBetter: true, FollowsLoss: true),
        };
}
