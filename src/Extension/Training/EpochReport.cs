namespace RnnMlNet;

/// <summary>What an epoch of training came to.</summary>
/// <param name="Epoch">1 for the first epoch.</param>
/// <param name="MaxEpochs">The epochs there will be unless training stops early.</param>
/// <param name="TrainingLoss">Weighted mean loss over the epoch's batches, each before its update, dropout on.</param>
/// <param name="ValidationLoss">Weighted mean loss on the validation rows, or null without validation.</param>
/// <param name="MetricName">
/// <c>Accuracy</c> for classification, <c>RMSE</c> for regression, <c>Standardised RMSE</c> for forecasts;
/// <see cref="EpochReport.MetricUnit"/> says of what, or in which unit.
/// </param>
/// <param name="ValidationMetric">The metric on the validation rows, or null without validation.</param>
/// <param name="LearningRate">The rate of the epoch's last step.</param>
/// <param name="Seconds">Time the epoch took, validation included; 0 in a loaded model, whose file holds no clock readings, so that equal
/// trainings give equal files.</param>
/// <param name="IsBest">Whether this is the best epoch so far, by validation loss (by training loss without validation).</param>
public sealed record EpochReport(
    int Epoch,
    int MaxEpochs,
    double TrainingLoss,
    double? ValidationLoss,
    string MetricName,
    double? ValidationMetric,
    double LearningRate,
    double Seconds,
    bool IsBest
)
{
    /// <summary>
    /// What the metric is a share of, or in which unit it is, such as <c>share of the validation rows</c>, <c>share of the labelled
    /// validation steps</c>, <c>in the label's unit</c>; empty where it has none that is the same for all rows.
    /// </summary>
    public string MetricUnit { get; init; } = "";

    /// <summary>Whether the last epoch's weights are kept, whichever is the best. False of a loaded model.</summary>
    internal bool LastIsKept { get; init; }

    /// <summary>The epoch in a line.</summary>
    public override string ToString() => Training.ProgressText.Line(this, left: null);
}
