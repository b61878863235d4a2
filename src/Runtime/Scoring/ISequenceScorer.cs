using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// A trained network that scores. All cursors and threads share it, so it holds no scratch memory: each cursor creates its own
/// <see cref="IScoringSession"/>.
/// </summary>
internal interface ISequenceScorer : IDisposable
{
    /// <summary>Message of a scorer with native memory when it scores after its disposal.</summary>
    const string WasDisposed =
        "The model has been disposed, so that nothing more can be scored with it: dispose it after the last cursor over its scores, and "
        + "after the last prediction engine.";

    IScoringSession NewSession();
}

/// <summary>One user's scratch memory over a shared <see cref="ISequenceScorer"/>; not thread-safe.</summary>
internal interface IScoringSession : IDisposable
{
    /// <summary>Outputs of one sequence: logits, or targets in the label's own units.</summary>
    /// <param name="sequence">The row; features in the user's units, which the scorer standardises.</param>
    /// <param name="outputs">[Outputs], overwritten; for a tagger [T, Outputs].</param>
    void Score(in SequenceView sequence, Span<float> outputs);

    /// <summary>
    /// Outputs of several sequences, of any lengths. By default one by one, each row having as many outputs.
    /// </summary>
    /// <param name="rows">The rows, in any order.</param>
    /// <param name="outputs">[rows.Count, Outputs], overwritten, in the rows' order; for a tagger [steps of all rows, Outputs].</param>
    void Score(SequenceRows rows, Span<float> outputs)
    {
        int width = rows.Count == 0 ? 0 : outputs.Length / rows.Count;
        for (int i = 0; i < rows.Count; i++)
            Score(rows[i], outputs.Slice(i * width, width));
    }
}

/// <summary>Scores rows one by one, for a scorer of single rows.</summary>
internal static class RowByRow
{
    /// <param name="session">Scores.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="layout">The layout of their outputs.</param>
    /// <param name="outputs">Overwritten.</param>
    public static void Score(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs)
    {
        for (int row = 0; row < rows.Count; row++)
            session.Score(rows[row], layout.Slice(outputs, rows, row));
    }
}
