using RnnMlNet.Engines;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Training;

namespace RnnMlNet.Scoring;

/// <summary>The scorer of a cursor's blocks, the number of threads, and the size of blocks.</summary>
internal sealed record ScoringPlan(ISequenceScorer Scorer, int Threads, BlockLimits Limits)
{
    public static ScoringPlan OnCpu(ISequenceScorer scorer, int? threads) => new(scorer, ThreadCount.Of(threads), BlockLimits.Cpu);

    /// <summary>Two threads keep a GPU busy: while one waits for its batch, the other reads and prepares the next.</summary>
    public static ScoringPlan OnGpu(ISequenceScorer scorer, int? threads) =>
        new(scorer, Math.Min(threads ?? Environment.ProcessorCount, 2), BlockLimits.Gpu);
}
