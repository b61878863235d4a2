using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>A way to score rows: by a scorer, in an arrangement; or one that this machine or this network does not have.</summary>
internal sealed class ScoringPath : IDisposable
{
    private readonly Batching _arrangement;
    private readonly IScoringSession? _session;

    /// <param name="name">In a few words.</param>
    /// <param name="scorer">Outlives this.</param>
    /// <param name="arrangement">How rows are put before it.</param>
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

    /// <summary>Why there is none; null where there is.</summary>
    public string? NotRun { get; }

    /// <summary>Most rows to score: of a slow way, the first ones.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    public static ScoringPath Missing(string name, string why) => new(name, why);

    /// <summary>Scores rows.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="layout">How the outputs stand.</param>
    /// <param name="outputs">Overwritten, in the rows' order.</param>
    public void Score(SequenceRows rows, OutputLayout layout, Span<float> outputs) => _arrangement(_session!, rows, layout, outputs);

    public void Dispose() => _session?.Dispose();
}
