using RnnMlNet.Text;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>Metrics of a sequence tagger. Created by <c>mlContext.MulticlassClassification.EvaluateSequenceTagging</c>.</summary>
/// <param name="Accuracy">Share of correct tags among the labelled steps with a predicted tag.</param>
/// <param name="SequenceAccuracy">Share of rows without an error among the rows with a labelled step.</param>
/// <param name="Chunks">Precision, recall and F1 of all chunks together (micro-averaged, conlleval's last line); zeros if the tags are not
/// in BIO form.</param>
/// <param name="ChunksByType">The same for each type of chunk in the labels or the predictions, in alphabetical order.</param>
/// <param name="Steps">Labelled steps evaluated.</param>
/// <param name="Sequences">Rows with a labelled step.</param>
/// <param name="SkippedSteps">Steps without a label, which are ignored.</param>
/// <param name="UnscoredSteps">Steps with a label whose predicted tag is missing, because the row could not be scored there. They are
/// ignored, as in ML.NET's own evaluators.</param>
public sealed record SequenceTaggingMetrics(
    double Accuracy,
    double SequenceAccuracy,
    ChunkMetrics Chunks,
    IReadOnlyList<TypedChunkMetrics> ChunksByType,
    long Steps,
    long Sequences,
    long SkippedSteps,
    long UnscoredSteps
)
{
    /// <summary>
    /// Mean over the evaluated steps of the negative natural logarithm of the probability of the label's tag, which is at least 1e-15, also
    /// if the model does not have the tag. NaN if the data has no probabilities. ML.NET's <c>LogLoss</c>, step by step.
    /// </summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>Returns the accuracy in one line; if the tags denote chunks, a table of them below.</summary>
    public override string ToString()
    {
        string left = SkippedSteps + UnscoredSteps == 0 ? "" : $", {SkippedSteps} without a label, {UnscoredSteps} without a prediction";
        string first =
            $"{Words.Plural(Steps, "step")} of {Words.Plural(Sequences, "sequence")}{left}: accuracy {Words.Number(Accuracy, 4)}, of "
            + $"whole sequences {Words.Number(SequenceAccuracy, 4)}"
            + (double.IsNaN(LogLoss) ? "" : $", log-loss {Words.Number(LogLoss, 4)}");
        if (ChunksByType.Count == 0)
            return first;
        int width = Math.Max("all chunks".Length, ChunksByType.Max(type => type.Type.Length));
        string Line(string type, ChunkMetrics m) =>
            FormattableString.Invariant(
                $"{type.PadRight(width)} {m.Precision, 10:0.0000} {m.Recall, 8:0.0000} {m.F1, 8:0.0000} {m.Labelled, 9} {m.Predicted, 10}"
            );
        string heads = $"{"".PadRight(width)} {"precision", 10} {"recall", 8} {"F1", 8} {"labelled", 9} {"predicted", 10}";
        return string.Join(
            Environment.NewLine,
            [first, heads, Line("all chunks", Chunks), .. ChunksByType.Select(type => Line(type.Type, type.Metrics))]
        );
    }
}

/// <summary>Metrics of chunks: a chunk is found if its type, its first and its last step are those of the label's.</summary>
/// <param name="Correct">Chunks of the label that were found.</param>
/// <param name="Predicted">Predicted chunks.</param>
/// <param name="Labelled">Chunks of the label.</param>
public sealed record ChunkMetrics(long Correct, long Predicted, long Labelled)
{
    /// <summary>Correct / Predicted; 0 if none was predicted.</summary>
    public double Precision => Shares.Of(Correct, Predicted);

    /// <summary>Correct / Labelled; 0 if there is none.</summary>
    public double Recall => Shares.Of(Correct, Labelled);

    /// <summary>The harmonic mean of precision and recall, 2 Correct / (Predicted + Labelled); 0 if there are no chunks at all.</summary>
    public double F1 => Shares.Of(2 * Correct, Predicted + Labelled);

    /// <summary>Returns precision, recall and F1, with their counts.</summary>
    public override string ToString() =>
        $"precision {Words.Number(Precision, 4)}, recall {Words.Number(Recall, 4)}, F1 {Words.Number(F1, 4)} ({Correct} right of "
        + $"{Predicted} predicted and {Labelled} labelled)";
}

/// <summary>Metrics of the chunks of one type.</summary>
/// <param name="Type">The part after <c>B-</c> and <c>I-</c>, such as <c>NP</c>; empty for plain <c>B</c> and <c>I</c> tags.</param>
/// <param name="Metrics">The metrics.</param>
public sealed record TypedChunkMetrics(string Type, ChunkMetrics Metrics)
{
    /// <summary>Returns the type and its metrics.</summary>
    public override string ToString() => $"{Type}: {Metrics}";
}
