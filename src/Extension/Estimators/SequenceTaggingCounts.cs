namespace RnnMlNet.Estimators;

/// <summary>Counts the tags of a sequence tagger, row by row.</summary>
/// <param name="hasChunks">Whether the tags denote chunks.</param>
internal sealed class SequenceTaggingCounts(bool hasChunks)
{
    private readonly SortedDictionary<string, (long Correct, long Predicted, long Labelled)> _byType = new(StringComparer.Ordinal);
    private long _right,
        _rows,
        _rightRows;
    private double _logLoss;

    /// <summary>Number of steps.</summary>
    public long Steps { get; private set; }

    /// <summary>Adds the steps of a row that have a label and a prediction.</summary>
    /// <param name="labels">Their tags.</param>
    /// <param name="predicted">The predicted tags.</param>
    /// <param name="logLoss">The sum of minus the logarithms of the labels' probabilities; 0 where there are none.</param>
    public void Add(IReadOnlyList<string> labels, IReadOnlyList<string> predicted, double logLoss)
    {
        if (labels.Count == 0)
            return;
        int right = labels.Zip(predicted).Count(pair => pair.First == pair.Second);
        Steps += labels.Count;
        _right += right;
        _rows++;
        _rightRows += right == labels.Count ? 1 : 0;
        _logLoss += logLoss;
        if (hasChunks)
            AddChunks([.. Chunks.Of(labels)], [.. Chunks.Of(predicted)]);
    }

    /// <param name="unlabelled">Steps that were not added, because they have no label.</param>
    /// <param name="unscored">Steps that were not added, because they have no prediction.</param>
    /// <param name="hasProbabilities">Whether steps had probabilities.</param>
    public SequenceTaggingMetrics Metrics(long unlabelled, long unscored, bool hasProbabilities)
    {
        TypedChunkMetrics[] byType =
        [
            .. _byType.Select(type => new TypedChunkMetrics(
                type.Key,
                new ChunkMetrics(type.Value.Correct, type.Value.Predicted, type.Value.Labelled)
            )),
        ];
        var all = new ChunkMetrics(
            byType.Sum(type => type.Metrics.Correct),
            byType.Sum(type => type.Metrics.Predicted),
            byType.Sum(type => type.Metrics.Labelled)
        );
        return new SequenceTaggingMetrics(
            (double)_right / Steps,
            (double)_rightRows / _rows,
            all,
            byType,
            Steps,
            _rows,
            unlabelled,
            unscored
        )
        {
            LogLoss = hasProbabilities ? _logLoss / Steps : double.NaN,
        };
    }

    private void AddChunks(HashSet<Chunk> labelled, HashSet<Chunk> predicted)
    {
        foreach (Chunk chunk in labelled)
            Count(chunk, correct: predicted.Contains(chunk) ? 1 : 0, predicted: 0, labelled: 1);
        foreach (Chunk chunk in predicted)
            Count(chunk, correct: 0, predicted: 1, labelled: 0);
    }

    private void Count(Chunk chunk, int correct, int predicted, int labelled)
    {
        var counts = _byType.GetValueOrDefault(chunk.Type);
        _byType[chunk.Type] = (counts.Correct + correct, counts.Predicted + predicted, counts.Labelled + labelled);
    }
}
