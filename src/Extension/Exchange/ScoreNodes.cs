namespace RnnMlNet.Exchange;

/// <summary>The task's results from the network's outputs.</summary>
internal enum ScoreKind
{
    Multiclass,
    SequenceTagger,
    Binary,
    Regression,
    MultiTargetRegression,
    MultiLabel,
    MultiLabelTagger,
}

/// <summary>
/// A task's results as values of a graph, each [batch, 1] or [batch, Outputs], for a tagger [batch, time] or [batch, time, Outputs]; null
/// where the task has none.
/// </summary>
/// <param name="Score">Single: the classes' probabilities, the logit or those of the labels, or the targets.</param>
/// <param name="Probability">Single: of the positive class, or of each label.</param>
/// <param name="PredictedLabel">Int64: the class's index, from 0; or Bool: whether the row is positive, or has each label.</param>
internal sealed record ScoreNodes(string Score, string? Probability, string? PredictedLabel)
{
    /// <param name="graph">The graph to add to.</param>
    /// <param name="kind">The task.</param>
    /// <param name="outputs">The network's outputs, [batch, Outputs], for a tagger [batch, time, Outputs].</param>
    /// <param name="thresholds">For binary classification: the logit above which a row is positive; for several labels that of
    /// each.</param>
    public static ScoreNodes Add(Graph graph, ScoreKind kind, string outputs, IReadOnlyList<float> thresholds) =>
        kind switch
        {
            ScoreKind.Multiclass => new(
                graph.Add("Softmax", [outputs], new GraphAttribute.Number("axis", 1)),
                null,
                graph.Add("ArgMax", [outputs], new GraphAttribute.Number("axis", 1), new GraphAttribute.Number("keepdims", 1))
            ),
            ScoreKind.SequenceTagger => new(
                graph.Add("Softmax", [outputs], new GraphAttribute.Number("axis", 2)),
                null,
                graph.Add("ArgMax", [outputs], new GraphAttribute.Number("axis", 2), new GraphAttribute.Number("keepdims", 0))
            ),
            ScoreKind.Binary or ScoreKind.MultiLabel or ScoreKind.MultiLabelTagger => new(
                outputs,
                graph.Add("Sigmoid", [outputs]),
                graph.Add("Greater", [outputs, graph.Floats("thresholds", [.. thresholds], thresholds.Count)])
            ),
            ScoreKind.Regression or ScoreKind.MultiTargetRegression => new(outputs, null, null),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"There is no kind of score {kind}."),
        };
}
