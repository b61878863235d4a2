using RnnMlNet.Text;

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
    public override string ToString() => Line(left: "");

    /// <summary>The epoch in one line of a log.</summary>
    /// <param name="left">The time that is left; empty if unknown.</param>
    internal string Line(string left)
    {
        string validation = ValidationLoss is double loss
            ? $", validation loss {Number(loss)}, {MetricName} {Number(ValidationMetric)}"
            : "";
        string ahead = Epoch < MaxEpochs && left.Length > 0 ? $", {left}" : "";
        string best = IsBest && !LastIsKept ? " (best so far)" : "";
        return FormattableString.Invariant($"Epoch {Epoch}/{MaxEpochs}: loss {Number(TrainingLoss)}{validation}, ")
            + $"{Durations.Text(Seconds)}{ahead}{best}";
    }

    // Four decimals; for large and small numbers four digits, so that a loss of 12345.6 or 0.00001 is readable too.
    internal static string Number(double? value) =>
        value switch
        {
            null => "",
            0 => "0.0000",
            double number when Math.Abs(number) is >= 1e-3 and < 1e5 => FormattableString.Invariant($"{number:0.0000}"),
            double number when double.IsFinite(number) => FormattableString.Invariant($"{number:0.000e+00}"),
            double number => FormattableString.Invariant($"{number}"),
        };
}
