namespace RnnMlNet.Estimators;

/// <summary>Counts the decisions of a multi-label classifier, row by row.</summary>
/// <param name="names">The labels' names.</param>
internal sealed class MultiLabelCounts(IReadOnlyList<string> names)
{
    // As in ML.NET's log-losses.
    private const double LeastProbability = 1e-15;

    private readonly long[] _correct = new long[names.Count];
    private readonly long[] _predicted = new long[names.Count];
    private readonly long[] _support = new long[names.Count];
    private long _rightRows;
    private double _logLoss;

    /// <summary>Number of rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <param name="labels">Which labels it has.</param>
    /// <param name="predicted">Which were predicted.</param>
    /// <param name="probabilities">Each label's probability; empty for none.</param>
    public void Add(ReadOnlySpan<bool> labels, ReadOnlySpan<bool> predicted, ReadOnlySpan<float> probabilities)
    {
        for (int label = 0; label < labels.Length; label++)
        {
            _support[label] += labels[label] ? 1 : 0;
            _predicted[label] += predicted[label] ? 1 : 0;
            _correct[label] += labels[label] && predicted[label] ? 1 : 0;
            if (probabilities.Length > 0)
                _logLoss -= Math.Log(Math.Max(labels[label] ? probabilities[label] : 1 - (double)probabilities[label], LeastProbability));
        }
        _rightRows += labels.SequenceEqual(predicted) ? 1 : 0;
        Rows++;
    }

    /// <param name="unscored">Rows that were not added, because they have no score.</param>
    /// <param name="hasProbabilities">Whether rows had probabilities.</param>
    public MultiLabelMetrics Metrics(long unscored, bool hasProbabilities) =>
        new(
            [.. names.Select((name, label) => new LabelMetrics(name, _correct[label], _predicted[label], _support[label]))],
            Shares.Of(_rightRows, Rows),
            Rows,
            unscored
        )
        {
            LogLoss = hasProbabilities ? _logLoss / (Rows * names.Count) : double.NaN,
        };
}
