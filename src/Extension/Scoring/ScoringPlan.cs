using RnnMlNet.Engines;

namespace RnnMlNet.Scoring;

/// <summary>Who scores the blocks of a cursor, on how many threads, and how large they are.</summary>
internal sealed record ScoringPlan(ISequenceScorer Scorer, int Threads, BlockLimits Limits)
{
    /// <summary>More than any machine has processors: who asks for more means all there are.</summary>
    private const int MostThreads = 1024;

    public static ScoringPlan OnCpu(ISequenceScorer scorer, int? threads) =>
        new(scorer, Math.Min(threads ?? Environment.ProcessorCount, MostThreads), BlockLimits.Cpu);

    /// <summary>Two threads keep a GPU busy: while one waits for its batch, the other reads and prepares the next.</summary>
    public static ScoringPlan OnGpu(ISequenceScorer scorer, int? threads) => new(scorer, Math.Min(threads ?? Environment.ProcessorCount, 2), BlockLimits.Gpu);
}
