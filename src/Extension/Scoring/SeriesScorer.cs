using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// Scores a row as the next steps of a series. For one thread at a time. The series' state changes only with <see cref="Commit"/>: a row
/// that could not be read completely leaves it unchanged.
/// </summary>
internal abstract class SeriesScorer : ISequenceScorer, IScoringSession
{
    private readonly EnsembleState _initial;
    private readonly EnsembleState _after;
    private EnsembleState _series;
    private bool _beginsSequence;
    private bool _hasScored;

    /// <param name="initial">The state before the first step.</param>
    protected SeriesScorer(EnsembleState initial)
    {
        (_initial, _after, _series) = (initial, initial.Copy(), initial);
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
        (_beginsSequence, _hasScored) = (false, false);
    }

    /// <summary>The row's steps are the first of a new sequence: those before it do not count any more.</summary>
    public void BeginSequence() => _beginsSequence = true;

    public void Score(in SequenceView sequence, Span<float> outputs)
    {
        Score(_beginsSequence ? _initial : _series, _after, sequence, outputs);
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

    public virtual void Dispose()
    {
        // Scratch is managed memory.
    }

    /// <summary>Scores the next steps.</summary>
    /// <param name="before">The series' state.</param>
    /// <param name="after">Its state afterwards; overwritten.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="outputs">The outputs after them; for a tagger those of each of them.</param>
    private protected abstract void Score(EnsembleState before, EnsembleState after, in SequenceView steps, Span<float> outputs);
}

/// <summary>Scores a series from the networks' state after the steps so far.</summary>
/// <param name="scorer">Advances the state of the network, or of the members of an ensemble.</param>
internal sealed class StateScorer(EnsembleStepScorer scorer) : SeriesScorer(scorer.NewState())
{
    private protected override void Score(EnsembleState before, EnsembleState after, in SequenceView steps, Span<float> outputs) =>
        scorer.Score(before, after, steps, outputs);
}
