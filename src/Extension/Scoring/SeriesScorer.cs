using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// Scores a row as the next steps of a series. For one thread at a time. The series' state changes only with <see cref="Commit"/>: a row
/// that could not be read completely leaves it unchanged.
/// </summary>
internal sealed class SeriesScorer : ISequenceScorer, IScoringSession
{
    private readonly EnsembleStepScorer _steps;
    private readonly EnsembleState _after;
    private EnsembleState _series;
    private bool _hasScored;

    /// <param name="networks">The network, or the members of an ensemble.</param>
    public SeriesScorer(IReadOnlyList<PackedNetwork> networks)
    {
        _steps = new EnsembleStepScorer(networks);
        _after = _steps.NewState();
        _series = _steps.NewState();
    }

    /// <summary>Whether any column that is read needs scores.</summary>
    public bool IsInUse { get; private set; }

    public IScoringSession NewSession()
    {
        IsInUse = true;
        return this;
    }

    /// <summary>The rows scored from now on are the next steps of this series.</summary>
    public void Begin(EnsembleState series)
    {
        _series = series;
        _hasScored = false;
    }

    public void Score(in SequenceView sequence, Span<float> outputs)
    {
        _steps.Score(_series, _after, sequence, outputs);
        _hasScored = true;
    }

    /// <summary>Completes the row: its steps become the series' own.</summary>
    /// <exception cref="InvalidOperationException">The row's scores were not requested, so its steps were not processed.</exception>
    public void Commit()
    {
        if (!_hasScored)
            throw new InvalidOperationException("A step was not processed: no column of the prediction read the network's scores.");
        _series.CopyFrom(_after);
    }

    public void Dispose()
    {
        // Scratch is managed memory.
    }
}
