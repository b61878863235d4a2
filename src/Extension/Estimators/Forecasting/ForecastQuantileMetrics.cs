using System.Globalization;
using System.Text;
using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet;

/// <summary>
/// Metrics of forecast quantiles against the values that occurred. Created by <c>mlContext.Forecasting.EvaluateQuantiles</c>;
/// <see cref="ToString"/> returns a table.
/// </summary>
public sealed class ForecastQuantileMetrics
{
    internal ForecastQuantileMetrics(QuantileSums sums)
    {
        Levels = sums.Levels();
        Count = sums.Count;
        SkippedCount = sums.Skipped;
        MeanQuantileLoss = Levels.Average(level => level.QuantileLoss);
        WeightedQuantileLoss = Levels.Average(level => level.WeightedQuantileLoss);
    }

    /// <summary>
    /// Mean over all pairs and levels of the quantile (pinball) loss, max(q e, (q - 1) e) of the error e = target - quantile, in the
    /// target's unit (Koenker and Bassett, 1978). With many levels, half the continuous ranked probability score.
    /// </summary>
    public double MeanQuantileLoss { get; }

    /// <summary>
    /// Mean over the levels of twice the sum of the quantile losses over the sum of the targets' sizes, without a unit (the ρ-risk of
    /// Salinas et al., "DeepAR", arXiv 1704.04110). NaN where all targets are 0.
    /// </summary>
    public double WeightedQuantileLoss { get; }

    /// <summary>The metrics of each level, ascending.</summary>
    public IReadOnlyList<QuantileLevelMetrics> Levels { get; }

    /// <summary>Number of pairs of a row's forecast for a later row, and the target of that row.</summary>
    public long Count { get; }

    /// <summary>Number of pairs that are skipped because the target or a quantile is not finite: NaN is a missing value.</summary>
    public long SkippedCount { get; }

    /// <summary>Returns a table of the metrics by level.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} forecast values: mean quantile loss {MeanQuantileLoss:0.####}, weighted {WeightedQuantileLoss:0.0000}"
            )
        );
        foreach (QuantileLevelMetrics level in Levels)
            text.AppendLine(level.ToString());
        return text.ToString();
    }
}
