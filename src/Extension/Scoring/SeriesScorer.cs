using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>
/// Scores a row as the next steps of a series, behind those that the series has had. For one thread at a time. The series' state changes
/// only with <see cref="Commit"/>: a row that could not be read to its end leaves it as it was.
/// </summary>
internal sealed class SeriesScorer(PackedNetwork network) : ISequenceScorer, IScoringSession
{
    private readonly StepScorer _steps = new(network);
    private readonly SeriesState _after = new(network.Shape);
    private SeriesState _series = new(network.Shape);
    private bool _hasScored;

    /// <summary>Whether any column that is read needs scores.</summary>
    public bool IsInUse { get; private set; }

    public IScoringSession NewSession()
    {
        IsInUse = true;
        return this;
    }

    /// <summary>The rows scored from now on are the next steps of this series.</summary>
    public void Begin(SeriesState series)
    {
        _series = series;
        _hasScored = false;
    }

    public void Score(in SequenceView sequence, Span<float> outputs)
    {
        _steps.Load(_series);
        _steps.Take(sequence);
        _steps.Store(_after);
        _steps.TakePending();
        _steps.Answer(outputs);
        _hasScored = true;
    }

    /// <summary>The row is done: its steps are the series' own.</summary>
    /// <exception cref="InvalidOperationException">Nobody asked for the row's scores, so that its steps were not taken.</exception>
    public void Commit()
    {
        if (!_hasScored)
            throw new InvalidOperationException("A step was not taken: no column of the prediction read the network's scores.");
        _series.CopyFrom(_after);
    }

    public void Dispose()
    {
        // Scratch is managed memory.
    }
}
