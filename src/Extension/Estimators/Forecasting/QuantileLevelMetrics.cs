using System.Globalization;

namespace RnnMlNet;

/// <summary>Metrics of one level of forecast quantiles.</summary>
public sealed class QuantileLevelMetrics
{
    internal QuantileLevelMetrics() { }

    /// <summary>q, in (0, 1).</summary>
    public float Level { get; internal init; }

    /// <summary>Mean of the quantile loss, in the target's unit.</summary>
    public double QuantileLoss { get; internal init; }

    /// <summary>Twice the sum of the quantile losses over the sum of the targets' sizes; NaN where all targets are 0.</summary>
    public double WeightedQuantileLoss { get; internal init; }

    /// <summary>Share of the targets that are not above the quantile, to compare with the level.</summary>
    public double Coverage { get; internal init; }

    /// <summary>Returns the metrics in one line.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Level, 6:0.###}: quantile loss {QuantileLoss:0.####}, weighted {WeightedQuantileLoss:0.0000}, {Coverage:0.000} not above"
        );
}
