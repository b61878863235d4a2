namespace RnnMlNet;

/// <summary>What an epoch of training came to.</summary>
/// <param name="Epoch">1 for the first epoch.</param>
/// <param name="MaxEpochs">The epochs there will be unless training stops early.</param>
/// <param name="TrainingLoss">Weighted mean loss over the epoch's batches, each before its update, dropout on.</param>
/// <param name="ValidationLoss">Weighted mean loss on the validation rows, or null without validation.</param>
/// <param name="MetricName"><c>Accuracy</c> for classification, <c>RMSE</c> (in the label's unit) for regression, <c>Standardised RMSE</c>
/// (in standard deviations of each series) for forecasts.</param>
/// <param name="ValidationMetric">The metric on the validation rows, or null without validation.</param>
/// <param name="LearningRate">The rate of the epoch's last step.</param>
/// <param name="Seconds">Time the epoch took, validation included; 0 in a loaded model, whose file holds no clock readings, so that equal trainings give equal files.</param>
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
    bool IsBest);
