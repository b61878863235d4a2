namespace RnnMlNet;

/// <summary>Report on an epoch of training.</summary>
/// <param name="Epoch">1 for the first epoch.</param>
/// <param name="MaxEpochs">The number of epochs unless training stops early.</param>
/// <param name="TrainingLoss">Weighted mean loss over the epoch's mini-batches, each before its update, with dropout.</param>
/// <param name="ValidationLoss">Weighted mean loss on the validation rows, or null without validation.</param>
/// <param name="MetricName"><c>Accuracy</c> for classification, <c>RMSE</c> for regression, <c>Standardised RMSE</c> for forecasts; see
/// <see cref="EpochReport.MetricUnit"/> for its unit.</param>
/// <param name="ValidationMetric">The metric on the validation rows, or null without validation.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="Seconds">Duration of the epoch, including validation; 0 in a loaded model, whose file stores no times, so that equal
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
    /// Unit of the metric, such as <c>share of the validation rows</c>, <c>share of the labelled validation steps</c>, <c>in the label's
    /// unit</c>; empty if there is no common unit for all rows.
    /// </summary>
    public string MetricUnit { get; init; } = "";

    /// <summary>Whether the last epoch's weights are kept, whichever is the best. False in a loaded model.</summary>
    internal bool LastIsKept { get; init; }

    /// <summary>Returns the epoch in one line.</summary>
    public override string ToString() => Training.ProgressText.Line(this, left: null);
}
