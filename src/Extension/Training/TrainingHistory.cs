using RnnMlNet.Plots;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>All epochs were run.</summary>
    MaxEpochs,

    /// <summary>The validation loss had not improved within the patience.</summary>
    EarlyStopping,

    /// <summary>
    /// Training was cancelled and returned the best model so far: the finished members of an ensemble (as many as there are histories), or
    /// the first member's best state.
    /// </summary>
    Cancelled,
}

/// <summary>Training history: a report per epoch, and the epoch of the model's weights.</summary>
/// <param name="Epochs">One report per epoch, in order. In a loaded model, their Seconds are 0.</param>
/// <param name="BestEpoch">The epoch (1 for the first) whose weights the model has, or, with <see cref="RefitEpochs"/>, from which training
/// continued.</param>
/// <param name="StopReason">Why training ended.</param>
/// <param name="TrainingRows">Rows trained on; for a forecaster windows times targets, with <see cref="RefitEpochs"/> those of the last
/// epochs.</param>
/// <param name="ValidationRows">Rows held out for validation; 0 without validation.</param>
/// <param name="SkippedRows">Rows skipped: non-finite features, label or weight, or an empty sequence.</param>
[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed partial record TrainingHistory(
    IReadOnlyList<EpochReport> Epochs,
    int BestEpoch,
    StopReason StopReason,
    long TrainingRows,
    long ValidationRows,
    long SkippedRows
) : IDrawn
{
    /// <summary>
    /// Validation rows whose sequence is also a training row's: they make the validation metric too good. Null in a loaded model, and
    /// without validation.
    /// </summary>
    public int? ValidationRowsSeenInTraining { get; init; }

    /// <summary>
    /// Number of epochs, the last ones, that trained the network of <see cref="BestEpoch"/> further on the held-out steps too: a
    /// forecaster's <see cref="RnnForecastingOptions.TrainOnHeldOut"/>. 0 if there were none.
    /// </summary>
    public int RefitEpochs { get; init; }

    /// <summary>
    /// The options that shape learning by name, as Fit resolved them: the values that were set, and those chosen from the data
    /// (docs/choosing-options.md). If training continued from a model, <c>PreviousModel</c> states its number of members, and whether the
    /// head is new.
    /// </summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The temperature by which a classifier's logits were divided (already in the weights); null if none was fitted.</summary>
    public double? Temperature { get; init; }

    /// <summary>The number of this ensemble member, and the number of members.</summary>
    internal (int Number, int Count) Network { get; init; } = (1, 1);

    /// <summary>For a forecaster the targets of a window, each of which is a row; else 0.</summary>
    internal int TargetsOfWindow { get; init; }

    /// <summary>Returns how training ended, the model's epoch with its losses, and the rows, in a sentence or two.</summary>
    public override string ToString() => Summary();

    IRendered IDrawn.Draw() => HistoryPlot.Of(Epochs, BestEpoch, ToString());
}
