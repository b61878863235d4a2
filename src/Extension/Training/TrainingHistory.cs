namespace RnnMlNet;

/// <summary>Why a training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs asked for were run.</summary>
    MaxEpochs,

    /// <summary>The validation loss had not improved for the epochs of patience.</summary>
    EarlyStopping,

    /// <summary>
    /// It was cancelled, and handed back the best model so far: of several networks those that were done (as many as there are histories),
    /// of the first what it had come to.
    /// </summary>
    Cancelled,
}

/// <summary>How a training went: a report per epoch, and which of them the model's weights are from.</summary>
/// <param name="Epochs">One report per epoch run, in order. Of a loaded model, their Seconds are 0.</param>
/// <param name="BestEpoch">The epoch (1 for the first) whose weights the model holds, or, with <see cref="RefitEpochs"/>, from which it was
/// trained on.</param>
/// <param name="StopReason">Why it ended.</param>
/// <param name="TrainingRows">
/// Rows trained on; of a forecaster windows times targets, with <see cref="RefitEpochs"/> those of the last epochs.
/// </param>
/// <param name="ValidationRows">Rows held out for validation; 0 without validation.</param>
/// <param name="SkippedRows">Rows left out: non-finite features, label or weight, or an empty sequence.</param>
public sealed partial record TrainingHistory(
    IReadOnlyList<EpochReport> Epochs,
    int BestEpoch,
    StopReason StopReason,
    long TrainingRows,
    long ValidationRows,
    long SkippedRows
)
{
    /// <summary>
    /// Validation rows whose sequence is also one of the training rows': they make the validation metric better than the model is. Null of
    /// a loaded model, and without validation.
    /// </summary>
    public int? ValidationRowsSeenInTraining { get; init; }

    /// <summary>
    /// How many of the epochs, the last ones, trained the network of <see cref="BestEpoch"/> on with the held-out steps too: a forecaster's
    /// <see cref="RnnForecastingEstimator.Options.TrainOnHeldOut"/>. 0 where there were none.
    /// </summary>
    public int RefitEpochs { get; init; }

    /// <summary>The options that shape learning by name, as Fit resolved them: what was set, and for the rest what was chosen from the
    /// data (docs/choosing-options.md).
    /// Of a training that went on from a model, <c>PreviousModel</c> says of how many networks that was, and whether the head is a new
    /// one.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The temperature that a classifier's logits were divided by (already in the weights); null where none was learnt.</summary>
    public double? Temperature { get; init; }

    /// <summary>Which of how many networks, whose outputs the model averages, it is of.</summary>
    internal (int Number, int Count) Network { get; init; } = (1, 1);

    /// <summary>Of a forecaster the targets of a window, each of which is a row; 0 where rows are rows.</summary>
    internal int TargetsOfWindow { get; init; }

    /// <summary>How training ended, the model's epoch with its losses, and the rows, in a sentence or two.</summary>
    public override string ToString() => Training.HistoryText.Summary(this);
}
