using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Compiles a cell's kernels while ML.NET still builds its pipeline. The JIT spends 10 to 15 ms on them when they first run, which would
/// delay a process's first prediction; on another thread it ends before ML.NET has created a PredictionEngine.
/// </summary>
internal static class KernelWarmUp
{
    // More than the register tile of any vector width: many rows run as full tiles, and one tile of fewer.
    private const int Steps = 11;

    private static int _started;

    /// <summary>
    /// Scores a row of zeros on another thread, once a process and kind of cell; nothing where there is no other processor.
    /// </summary>
    /// <returns>The work, which need not be awaited; completed where there is none.</returns>
    public static Task Start(ISequenceScorer scorer, NetworkShape shape)
    {
        int cell = 1 << (int)shape.Cell;
        if (Environment.ProcessorCount == 1 || (Interlocked.Or(ref _started, cell) & cell) != 0)
            return Task.CompletedTask;
        return Task.Run(() => ScoreZeros(scorer, shape));
    }

    internal static void ScoreZeros(ISequenceScorer scorer, NetworkShape shape)
    {
        using IScoringSession session = scorer.NewSession();
        SequenceView zeros = shape.UsesTokens
            ? SequenceView.OfTokens(new int[Steps * shape.TokenWidth], shape.TokenWidth)
            : SequenceView.OfSteps(new float[Steps * shape.Features], shape.Features);
        session.Score(zeros.WithStatic(new float[shape.StaticFeatures]), new float[shape.OutputLayout.Of(Steps)]);
    }
}
