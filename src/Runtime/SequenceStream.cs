using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>
/// A sequence that is read step by step. After each step it has the scores of all steps so far, at constant cost however many there are.
/// Not thread-safe; any number of streams share a model.
/// </summary>
public sealed class SequenceStream
{
    private readonly LoadedModel _model;
    private readonly EnsembleStepScorer _scorer;
    private readonly EnsembleState _state;

    internal SequenceStream(LoadedModel model)
    {
        _model = model;
        _scorer = new EnsembleStepScorer([.. model.Packed]);
        _state = _scorer.NewState();
    }

    /// <summary>Number of time steps of the stream so far.</summary>
    public long Steps => _state.Steps;

    /// <summary>Adds time steps of numbers and computes the scores.</summary>
    /// <param name="steps">[T, F] values, step by step; none to get the scores of the steps so far.</param>
    /// <param name="scores">[<see cref="SequenceModel.Outputs"/>], the scores of all steps so far; for a tagger [T, Outputs], those of the
    /// added steps. Overwritten.</param>
    /// <exception cref="ArgumentException">The model reads tokens, the number of values is not a multiple of F, or
    /// <paramref name="scores"/> is too short.</exception>
    public void Add(ReadOnlySpan<float> steps, Span<float> scores) => Add(steps, [], scores);

    /// <inheritdoc cref="Add(ReadOnlySpan{float}, Span{float})"/>
    /// <param name="steps">[T, F] values, step by step; none to get the scores of the steps so far.</param>
    /// <param name="statics">[S] static values, which hold for all steps so far; an initial state that is made of them
    /// (<see cref="StaticUse"/>) is that of the stream's first step.</param>
    /// <param name="scores">[<see cref="SequenceModel.Outputs"/>], the scores of all steps so far; for a tagger [T, Outputs], those of the
    /// added steps. Overwritten.</param>
    public void Add(ReadOnlySpan<float> steps, ReadOnlySpan<float> statics, Span<float> scores)
    {
        _model.Input.CheckSteps(steps);
        _model.Input.CheckStatic(statics);
        Add(SequenceView.OfSteps(steps, _model.Input.Features).WithStatic(statics), scores);
    }

    /// <summary>Adds tokens and computes the scores.</summary>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1.</param>
    /// <param name="scores">As for numbers.</param>
    /// <exception cref="ArgumentException">The model reads numbers, an id is out of range, or <paramref name="scores"/> is too
    /// short.</exception>
    public void Add(ReadOnlySpan<int> tokens, Span<float> scores) => Add(tokens, [], scores);

    /// <inheritdoc cref="Add(ReadOnlySpan{int}, Span{float})"/>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1.</param>
    /// <param name="statics">[S] static values, which hold for all steps so far; an initial state that is made of them
    /// (<see cref="StaticUse"/>) is that of the stream's first step.</param>
    /// <param name="scores">As for numbers.</param>
    public void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<float> statics, Span<float> scores)
    {
        _model.Input.CheckTokens(tokens);
        _model.Input.CheckStatic(statics);
        Add(_model.Input.ViewOf(tokens).WithStatic(statics), scores);
    }

    /// <summary>Restarts the stream with no steps.</summary>
    public void Reset() => _state.CopyFrom(_scorer.NewState());

    /// <summary>Writes the stream's state, whose size does not depend on the number of steps.</summary>
    /// <param name="stream">The stream to write to; it stays open.</param>
    public void SaveState(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        StreamState.Write(writer, _model.Fingerprint, _state);
    }

    /// <summary>Continues from a state that <see cref="SaveState"/> wrote, on this machine or another.</summary>
    /// <param name="stream">The stream, positioned at the state; it stays open.</param>
    /// <exception cref="FormatException">The state is invalid, damaged, or of another model; this stream does not change.</exception>
    public void LoadState(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _state.CopyFrom(StreamState.Read(stream, _model.Fingerprint, _scorer.NewState()));
    }

    private void Add(in SequenceView steps, Span<float> scores)
    {
        Span<float> own = LoadedModel.Checked(scores, _model.Shape.OutputLayout.Of(steps.Length));
        _scorer.Score(_state, _state, steps, own);
        _model.ToScores(own);
    }
}
