using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators;

/// <summary>A row that a network was not trained on: its raw outputs, its labels as stored, and its weight. Where each step has several
/// labels, one of its steps that has some.</summary>
internal readonly record struct HeldOutRow(float[] Logits, float[] Labels, float Weight)
{
    // More outputs of steps than these choose thresholds and a temperature no better, and take long.
    private const int MostOutputs = 10_000_000;

    // The multiples of it, modulo 1, are spread evenly and have no period.
    private static readonly double _goldenRatio = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The weights of the pairs of tags where a row's tags are scored together; else null.</summary>
    public ChainWeights? Chain { get; init; }

    /// <summary>Scores the held-out rows of an ensemble.</summary>
    /// <param name="networks">The members.</param>
    /// <param name="splits">Training and validation rows of each member.</param>
    /// <param name="isCrossValidated">Whether each member was validated on other rows, which it scores alone; else the mean of all scores
    /// the same rows.</param>
    /// <param name="threads">Threads to score with.</param>
    /// <returns>The rows; none where nothing was held out.</returns>
    public static IEnumerable<HeldOutRow> Score(
        IReadOnlyList<TrainedNetwork> networks,
        IReadOnlyList<TrainingSplit> splits,
        bool isCrossValidated,
        int threads
    )
    {
        if (isCrossValidated)
            return networks.Index().SelectMany(member => Score([member.Item], splits[member.Index].Validation!, threads));
        return splits[0].Validation is SequenceSet held ? Score(networks, held, threads) : [];
    }

    // Each row by itself, so that the sums do not depend on the number of threads.
    private static HeldOutRow[] Score(IReadOnlyList<TrainedNetwork> networks, SequenceSet held, int threads)
    {
        SequenceStore store = held.Store;
        using ISequenceScorer scorer = ScorerFactory.Create(TrainedNetwork.AverageOf(networks));
        OutputLayout layout = networks[0].Shape.OutputLayout;
        ChainWeights? chain = networks[0].Shape.IsChained ? ChainWeights.MeanOf([.. networks.Select(network => network.Weights)]) : null;
        var rows = new HeldOutRow[held.Rows.Length];
        Parallel.For(
            0,
            held.Rows.Length,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            scorer.NewSession,
            (i, _, session) =>
            {
                int row = held.Rows[i];
                SequenceView sequence = store.View(row);
                var outputs = new float[layout.Of(sequence.Length)];
                session.Score(sequence, outputs);
                rows[i] = new HeldOutRow(outputs, store.Label(row).ToArray(), held.Weight(row)) { Chain = chain };
                return session;
            },
            session => session.Dispose()
        );
        if (store is not { HasLabelsPerStep: true, HasLabelSets: true })
            return rows;
        long all = rows.Sum(row => (long)row.Logits.Length);
        return [.. Thinned(rows.SelectMany(row => row.Steps(store.LabelWidth)), (double)MostOutputs / all)];
    }

    /// <summary>A share of rows, evenly spread over all.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="share">The share; 1 or more for all.</param>
    public static IEnumerable<HeldOutRow> Thinned(IEnumerable<HeldOutRow> rows, double share) =>
        share >= 1 ? rows : rows.Where((_, i) => i * _goldenRatio % 1 < share);

    /// <summary>The steps of a row that have labels.</summary>
    /// <param name="labels">Number of labels at each step.</param>
    public IEnumerable<HeldOutRow> Steps(int labels)
    {
        float weight = Weight;
        return Logits
            .Chunk(labels)
            .Zip(Labels.Chunk(labels), (logits, set) => new HeldOutRow(logits, set, weight))
            .Where(step => step.Labels[0] != StepClassesReader.Missing);
    }
}
