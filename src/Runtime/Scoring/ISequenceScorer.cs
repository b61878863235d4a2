using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// A trained network that scores. It is shared by all cursors and threads, so it holds no scratch memory: each cursor
/// makes its own <see cref="IScoringSession"/>.
/// </summary>
internal interface ISequenceScorer : IDisposable
{
    /// <summary>What a scorer that holds native memory says when it is asked to score after its disposal.</summary>
    const string WasDisposed =
        "The model has been disposed, so that nothing more can be scored with it: dispose it after the last cursor over its scores, and "
        + "after the last prediction engine.";

    IScoringSession NewSession();
}

/// <summary>One user's scratch memory over a shared <see cref="ISequenceScorer"/>; not thread-safe.</summary>
internal interface IScoringSession : IDisposable
{
    /// <summary>Outputs of one sequence: logits, or targets in the label's own units.</summary>
    /// <param name="sequence">The row; numbers still in the user's units, the scorer standardises.</param>
    /// <param name="outputs">[Outputs], overwritten; of a tagger [T, Outputs].</param>
    void Score(in SequenceView sequence, Span<float> outputs);

    /// <summary>
    /// Outputs of several sequences, which need not be of one length. By default one by one, each row having as many outputs.
    /// </summary>
    /// <param name="rows">The rows, as they come.</param>
    /// <param name="outputs">[rows.Count, Outputs], overwritten, in the rows' order; of a tagger [steps of all rows, Outputs].</param>
    void Score(SequenceRows rows, Span<float> outputs)
    {
        int width = rows.Count == 0 ? 0 : outputs.Length / rows.Count;
        for (int i = 0; i < rows.Count; i++)
            Score(rows[i], outputs.Slice(i * width, width));
    }
}

/// <summary>Scoring of rows together by a scorer that knows single ones only.</summary>
internal static class RowByRow
{
    /// <param name="session">Scores.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="layout">How their outputs stand.</param>
    /// <param name="outputs">Overwritten.</param>
    public static void Score(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs)
    {
        for (int row = 0; row < rows.Count; row++)
            session.Score(rows[row], layout.Slice(outputs, rows, row));
    }
}
