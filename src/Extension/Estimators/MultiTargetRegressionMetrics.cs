namespace RnnMlNet;

/// <summary>How well a regression predicts one target.</summary>
/// <param name="MeanAbsoluteError">Mean of |score - label|.</param>
/// <param name="RootMeanSquaredError">Root of the mean of (score - label)².</param>
/// <param name="RSquared">1 - (squared errors) / (squared deviations of the label from its mean); NaN when the label does not vary.</param>
public sealed record RegressionTargetMetrics(double MeanAbsoluteError, double RootMeanSquaredError, double RSquared);

/// <summary>Metrics of a regression with a vector label, target by target. Made by <c>mlContext.Regression.EvaluateMultiTarget</c>.</summary>
/// <param name="Targets">One entry per target, in the label's order.</param>
/// <param name="Rows">Rows evaluated; rows with a non-finite label or score are left out.</param>
public sealed record MultiTargetRegressionMetrics(IReadOnlyList<RegressionTargetMetrics> Targets, long Rows)
{
    /// <summary>Mean of the targets' mean absolute errors.</summary>
    public double MeanAbsoluteError => Targets.Average(t => t.MeanAbsoluteError);

    /// <summary>Root of the mean of all squared errors.</summary>
    public double RootMeanSquaredError => Math.Sqrt(Targets.Average(t => t.RootMeanSquaredError * t.RootMeanSquaredError));

    /// <summary>Mean of the targets' R².</summary>
    public double RSquared => Targets.Average(t => t.RSquared);
}
