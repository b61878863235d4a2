using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Has a cell's kernels compiled while ML.NET still makes its pipeline. The JIT spends 10 to 15 ms on them when they first run, which would
/// come on top of a process's first prediction; on another thread it ends before ML.NET has made a PredictionEngine.
/// </summary>
internal static class KernelWarmUp
{
    // More than the register tile of any vector width: rows of many steps go by tiles of the most rows, and of one fewer.
    private const int Steps = 11;

    private static int _started;

    /// <summary>
    /// Scores a row of zeros on another thread, once a process and kind of cell; nothing where there is no other processor.
    /// </summary>
    /// <returns>The work, which nobody needs to wait for; completed where there is none to do.</returns>
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
            ? SequenceView.OfTokens(new int[Steps])
            : SequenceView.OfSteps(new float[Steps * shape.Features], shape.Features);
        session.Score(zeros, new float[shape.OutputLayout.Of(Steps)]);
    }
}
