using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>How well a sequence tagger tags. Made by <c>mlContext.MulticlassClassification.EvaluateSequenceTagging</c>.</summary>
/// <param name="Accuracy">Share of the labelled steps with a predicted tag whose predicted tag is the label's.</param>
/// <param name="SequenceAccuracy">Share of the rows with a labelled step, all of whose labelled steps are right.</param>
/// <param name="Chunks">Precision, recall and F1 of all chunks together (micro-averaged, conlleval's last line); zeros where the tags are
/// not of the form BIO.</param>
/// <param name="ChunksByType">The same of each type of chunk that the labels or the predictions have, in the types' alphabetical
/// order.</param>
/// <param name="Steps">Labelled steps evaluated.</param>
/// <param name="Sequences">Rows with a labelled step.</param>
/// <param name="SkippedSteps">Steps without a label, which count nowhere.</param>
/// <param name="UnscoredSteps">Steps with a label whose predicted tag is missing, because the row could not be scored there. They count
/// nowhere, as in ML.NET's own evaluators.</param>
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
    /// Mean over the evaluated steps of minus the natural logarithm of the probability that the model gave the label's tag, which counts as
    /// 1e-15 at least; that much too where the model does not have the tag. NaN where the data has no probabilities. ML.NET's
    /// <c>LogLoss</c>, step by step.
    /// </summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>The accuracy in a line; where the tags are those of chunks, a table of them below.</summary>
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

/// <summary>How well chunks are found: one counts as found where its type, its first and its last step are those of the label's.</summary>
/// <param name="Correct">Chunks of the label that were found.</param>
/// <param name="Predicted">Chunks that were predicted.</param>
/// <param name="Labelled">Chunks that the label has.</param>
public sealed record ChunkMetrics(long Correct, long Predicted, long Labelled)
{
    /// <summary>Correct / Predicted; 0 where none was predicted.</summary>
    public double Precision => Ratio(Correct, Predicted);

    /// <summary>Correct / Labelled; 0 where there is none.</summary>
    public double Recall => Ratio(Correct, Labelled);

    /// <summary>
    /// The harmonic mean of precision and recall, 2 Correct / (Predicted + Labelled); 0 where there are no chunks at all.
    /// </summary>
    public double F1 => Ratio(2 * Correct, Predicted + Labelled);

    /// <summary>Precision, recall and F1, and the counts they are made of.</summary>
    public override string ToString() =>
        $"precision {Words.Number(Precision, 4)}, recall {Words.Number(Recall, 4)}, F1 {Words.Number(F1, 4)} ({Correct} right of "
        + $"{Predicted} predicted and {Labelled} labelled)";

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}

/// <summary>The chunks of one type.</summary>
/// <param name="Type">What stands behind <c>B-</c> and <c>I-</c>, such as <c>NP</c>; empty of tags that are a plain <c>B</c> or
/// <c>I</c>.</param>
/// <param name="Metrics">How well they are found.</param>
public sealed record TypedChunkMetrics(string Type, ChunkMetrics Metrics)
{
    /// <summary>The type and its metrics.</summary>
    public override string ToString() => $"{Type}: {Metrics}";
}
