using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>A scoring path: a scorer with a batching; or one that this machine or this network does not support.</summary>
internal sealed class ScoringPath : IDisposable
{
    private readonly Batching _arrangement;
    private readonly IScoringSession? _session;

    /// <param name="name">Its short name.</param>
    /// <param name="scorer">The scorer, which outlives this.</param>
    /// <param name="arrangement">The batching of rows.</param>
    public ScoringPath(string name, ISequenceScorer scorer, Batching arrangement)
    {
        Name = name;
        _arrangement = arrangement;
        _session = scorer.NewSession();
    }

    private ScoringPath(string name, string notRun)
    {
        Name = name;
        NotRun = notRun;
        _arrangement = Batchings.Together;
    }

    public string Name { get; }

    /// <summary>Why the path cannot run; null if it can.</summary>
    public string? NotRun { get; }

    /// <summary>Maximum number of rows to score: the first ones for a slow path.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    public static ScoringPath Missing(string name, string why) => new(name, why);

    /// <summary>Scores rows.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="layout">The layout of the outputs.</param>
    /// <param name="outputs">Overwritten, in the rows' order.</param>
    public void Score(SequenceRows rows, OutputLayout layout, Span<float> outputs) => _arrangement(_session!, rows, layout, outputs);

    public void Dispose() => _session?.Dispose();
}
