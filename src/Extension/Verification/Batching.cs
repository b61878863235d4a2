using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>Passes rows to a scorer in some grouping and order.</summary>
/// <param name="session">Scores.</param>
/// <param name="rows">The rows, at least one.</param>
/// <param name="layout">The layout of the outputs.</param>
/// <param name="outputs">Overwritten, in the rows' order.</param>
internal delegate void Batching(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs);

/// <summary>The groupings and orders for which a row's score must be the same.</summary>
internal static class Batchings
{
    // Not a multiple of the rows of a register tile, so that a row's position in its tile changes.
    private const int FewRows = 7;

    /// <summary>Each row by itself, as a PredictionEngine scores it.</summary>
    public static void RowByRow(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs) =>
        Runtime.Scoring.RowByRow.Score(session, rows, layout, outputs);

    /// <summary>All rows at once, as Transform scores a block.</summary>
    public static void Together(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs) =>
        session.Score(rows, outputs);

    /// <summary>Blocks of one row.</summary>
    public static void AloneInABatch(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs)
    {
        for (int row = 0; row < rows.Count; row++)
            ScorePicked(session, rows, [row], layout, outputs);
    }

    /// <summary>Small blocks of rows in another order.</summary>
    public static void AmongOtherRows(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs)
    {
        int[] order = [.. Enumerable.Range(0, rows.Count)];
        new Random(1).Shuffle(order);
        foreach (int[] picked in order.Chunk(FewRows))
            ScorePicked(session, rows, picked, layout, outputs);
    }

    /// <summary>All rows at once, with one more that is more than twice as long as the longest.</summary>
    public static void BesideALongerRow(IScoringSession session, SequenceRows rows, OutputLayout layout, Span<float> outputs)
    {
        var company = rows.NewAlike();
        AddLongerRow(company, rows);
        for (int row = 0; row < rows.Count; row++)
            company.Add(rows[row]);
        var scores = new float[layout.Of(company)];
        session.Score(company, scores);
        scores.AsSpan(layout.Of(company.LengthOf(0))).CopyTo(outputs);
    }

    private static void ScorePicked(
        IScoringSession session,
        SequenceRows rows,
        ReadOnlySpan<int> picked,
        OutputLayout layout,
        Span<float> outputs
    )
    {
        var block = rows.NewAlike();
        foreach (int row in picked)
            block.Add(rows[row]);
        var scores = new float[layout.Of(block)];
        session.Score(block, scores);
        for (int i = 0; i < picked.Length; i++)
            layout.Slice(scores, block, i).CopyTo(layout.Slice(outputs, rows, picked[i]));
    }

    // Repetitions of the longest row; zeros if no row has steps.
    private static void AddLongerRow(SequenceRows company, SequenceRows rows)
    {
        int longest = Enumerable.Range(0, rows.Count).MaxBy(rows.LengthOf),
            length = checked(2 * rows.LengthOf(longest) + 16);
        SequenceView model = rows[longest];
        if (rows.Features == 0)
            company.Add(
                SequenceView.OfTokens(Repeated(model.Tokens, checked(length * rows.TokenWidth)), rows.TokenWidth).WithStatic(model.Static)
            );
        else
            company.Add(
                SequenceView.OfSteps(Repeated(model.Steps, checked(length * rows.Features)), rows.Features).WithStatic(model.Static)
            );
    }

    private static T[] Repeated<T>(ReadOnlySpan<T> values, int length)
    {
        var repeated = new T[length];
        for (int i = 0; i < length && values.Length > 0; i++)
            repeated[i] = values[i % values.Length];
        return repeated;
    }
}
