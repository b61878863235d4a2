using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>
/// A sequence that is read step by step. After each the model answers for all steps so far, at the same cost however many there have
/// been. For one thread at a
/// time; as many streams as one likes share a model.
/// </summary>
public sealed class SequenceStream
{
    private readonly SequenceModel _model;
    private readonly EnsembleStepScorer _scorer;
    private readonly EnsembleState _state;

    internal SequenceStream(SequenceModel model)
    {
        _model = model;
        _scorer = new EnsembleStepScorer([.. model.Packed]);
        _state = _scorer.NewState();
    }

    /// <summary>Time steps that the stream has had.</summary>
    public long Steps => _state.Steps;

    /// <summary>Adds time steps of numbers, and answers.</summary>
    /// <param name="steps">[T, F] values, step after step; none to be answered for the steps so far.</param>
    /// <param name="scores">[<see cref="SequenceModel.Outputs"/>], the scores of all steps so far; of a tagger [T, Outputs], those of the
    /// steps added. Overwritten.</param>
    /// <exception cref="ArgumentException">The model reads tokens, the values are no whole steps, or <paramref name="scores"/> is too
    /// short.</exception>
    public void Add(ReadOnlySpan<float> steps, Span<float> scores)
    {
        _model.Input.CheckSteps(steps);
        Add(SequenceView.OfSteps(steps, _model.Input.Features), scores);
    }

    /// <summary>Adds tokens, and answers.</summary>
    /// <param name="tokens">[T] ids 0 to V - 1.</param>
    /// <param name="scores">As of numbers.</param>
    /// <exception cref="ArgumentException">The model reads numbers, an id is out of range, or <paramref name="scores"/> is too
    /// short.</exception>
    public void Add(ReadOnlySpan<int> tokens, Span<float> scores)
    {
        _model.Input.CheckTokens(tokens);
        Add(SequenceView.OfTokens(tokens), scores);
    }

    /// <summary>Begins again with no step.</summary>
    public void Reset() => _state.CopyFrom(_scorer.NewState());

    /// <summary>Writes the stream's state, which does not grow with its steps.</summary>
    /// <param name="stream">Where to; it is left open.</param>
    public void SaveState(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        StreamState.Write(writer, _model.Fingerprint, _state);
    }

    /// <summary>Goes on from a state that <see cref="SaveState"/> wrote, on this machine or another.</summary>
    /// <param name="stream">Stands at the state; it is left open.</param>
    /// <exception cref="FormatException">It is no such state, damaged, or of another model; the stream stays as it was.</exception>
    public void LoadState(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _state.CopyFrom(StreamState.Read(stream, _model.Fingerprint, _model.Shape, _state.Members.Count));
    }

    private void Add(in SequenceView steps, Span<float> scores)
    {
        Span<float> own = SequenceModel.Checked(scores, _model.ScoreLength(steps.Length));
        _scorer.Score(_state, _state, steps, own);
        _model.ToScores(own);
    }
}
