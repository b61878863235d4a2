using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Verification;

/// <summary>A way to score rows: by a scorer, in an arrangement; or one that this machine or this network does not have.</summary>
internal sealed class ScoringWay : IDisposable
{
    private readonly Arrangement _arrangement;
    private readonly IScoringSession? _session;

    /// <param name="name">In a few words.</param>
    /// <param name="scorer">Outlives this.</param>
    /// <param name="arrangement">How rows are put before it.</param>
    public ScoringWay(string name, ISequenceScorer scorer, Arrangement arrangement)
    {
        Name = name;
        _arrangement = arrangement;
        _session = scorer.NewSession();
    }

    private ScoringWay(string name, string notRun)
    {
        Name = name;
        NotRun = notRun;
        _arrangement = Arrangements.Together;
    }

    public string Name { get; }

    /// <summary>Why there is none; null where there is.</summary>
    public string? NotRun { get; }

    /// <summary>Most rows to score: of a slow way, the first ones.</summary>
    public int MaxRows { get; init; } = int.MaxValue;

    public static ScoringWay Missing(string name, string why) => new(name, why);

    /// <summary>Scores rows.</summary>
    /// <param name="rows">At least one.</param>
    /// <param name="layout">How the outputs stand.</param>
    /// <param name="outputs">Overwritten, in the rows' order.</param>
    public void Score(SequenceRows rows, OutputLayout layout, Span<float> outputs) => _arrangement(_session!, rows, layout, outputs);

    public void Dispose() => _session?.Dispose();
}
