using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>Metrics of a regression for one target.</summary>
/// <param name="MeanAbsoluteError">Mean of |score - label|.</param>
/// <param name="RootMeanSquaredError">Root of the mean of (score - label)².</param>
/// <param name="RSquared">1 - (squared errors) / (squared deviations of the label from its mean); NaN if the label is constant.</param>
public sealed record RegressionTargetMetrics(double MeanAbsoluteError, double RootMeanSquaredError, double RSquared)
{
    /// <summary>Returns the metrics in one line.</summary>
    public override string ToString() =>
        $"MAE {Words.Number(MeanAbsoluteError, 4)}, RMSE {Words.Number(RootMeanSquaredError, 4)}, R² {Words.Number(RSquared, 4)}";
}

/// <summary>
/// Metrics of a regression with a vector label, target by target. Created by <c>mlContext.Regression.EvaluateMultiTarget</c>.
/// </summary>
/// <param name="Targets">One entry per target, in the label's order.</param>
/// <param name="Rows">Rows evaluated; rows with a non-finite label or score are skipped.</param>
public sealed record MultiTargetRegressionMetrics(IReadOnlyList<RegressionTargetMetrics> Targets, long Rows)
{
    /// <summary>Mean of the targets' mean absolute errors.</summary>
    public double MeanAbsoluteError => Targets.Average(t => t.MeanAbsoluteError);

    /// <summary>Root of the mean of all squared errors.</summary>
    public double RootMeanSquaredError => Math.Sqrt(Targets.Average(t => t.RootMeanSquaredError * t.RootMeanSquaredError));

    /// <summary>Mean of the targets' R².</summary>
    public double RSquared => Targets.Average(t => t.RSquared);

    /// <summary>Returns the metrics of all targets in one line, and with several targets a line for each.</summary>
    public override string ToString()
    {
        const int ShownTargets = 20;
        string all =
            $"{Words.Plural(Rows, "row")}, {Words.Plural(Targets.Count, "target")}: MAE {Words.Number(MeanAbsoluteError, 4)}, RMSE "
            + $"{Words.Number(RootMeanSquaredError, 4)}, R² {Words.Number(RSquared, 4)}";
        if (Targets.Count == 1)
            return all;
        IEnumerable<string> each = Targets.Take(ShownTargets).Select((target, i) => $"target {i}: {target}");
        return string.Join(
            Environment.NewLine,
            [all, .. each, .. Targets.Count > ShownTargets ? [$"and {Targets.Count - ShownTargets} more"] : Array.Empty<string>()]
        );
    }
}
