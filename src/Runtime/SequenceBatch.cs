using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime;

/// <summary>
/// Rows of any lengths to be scored together by <c>SequenceModel.ScoreBatch</c>. Reusable after <see cref="Clear"/>: it allocates
/// only while it grows. Not thread-safe.
/// </summary>
public sealed class SequenceBatch
{
    private readonly LoadedModel _model;

    internal SequenceBatch(LoadedModel model)
    {
        _model = model;
        Rows = new SequenceRows(model.ReadFeatures, model.Shape.StaticFeatures, model.Shape.TokenWidth);
    }

    internal SequenceRows Rows { get; }

    internal LoadedModel Model => _model;

    /// <summary>Number of rows.</summary>
    public int Count => Rows.Count;

    /// <summary>Time steps of all rows together.</summary>
    public long TotalSteps { get; private set; }

    /// <summary>Adds a row of numbers.</summary>
    /// <param name="steps">[T, F] values, step by step; copied.</param>
    /// <exception cref="ArgumentException">The model reads tokens, the number of values is not a multiple of F, or there are not S static
    /// values.</exception>
    public void Add(ReadOnlySpan<float> steps) => Add(steps, []);

    /// <inheritdoc cref="Add(ReadOnlySpan{float})"/>
    /// <param name="steps">[T, F] values, step by step; copied.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>); copied.</param>
    public void Add(ReadOnlySpan<float> steps, ReadOnlySpan<float> statics)
    {
        _model.Input.CheckSteps(steps);
        _model.Input.CheckStatic(statics);
        _model.Input.CheckFixed(steps);
        RowSession session = _model.Take();
        Rows.Add(session.Read(SequenceView.OfSteps(steps, _model.Input.Features).WithStatic(statics)));
        _model.Return(session);
        TotalSteps += steps.Length / _model.Input.Features;
    }

    /// <summary>Adds a row of tokens.</summary>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1, each with the codes of its word's characters where
    /// the model reads these; copied.</param>
    /// <exception cref="ArgumentException">The model reads numbers, an id is out of range, or there are not S static values.</exception>
    public void Add(ReadOnlySpan<int> tokens) => Add(tokens, []);

    /// <inheritdoc cref="Add(ReadOnlySpan{int})"/>
    /// <param name="tokens">[T, <see cref="SequenceInput.TokenWidth"/>] ids 0 to V - 1; copied.</param>
    /// <param name="statics">[S] static values (<see cref="SequenceInput.StaticFeatures"/>); copied.</param>
    public void Add(ReadOnlySpan<int> tokens, ReadOnlySpan<float> statics)
    {
        _model.Input.CheckTokens(tokens);
        _model.Input.CheckStatic(statics);
        SequenceView row = _model.Input.ViewOf(tokens);
        Rows.Add(row.WithStatic(statics));
        TotalSteps += row.Length;
    }

    /// <summary>Removes all rows and keeps the memory.</summary>
    public void Clear()
    {
        Rows.Clear();
        TotalSteps = 0;
    }
}
