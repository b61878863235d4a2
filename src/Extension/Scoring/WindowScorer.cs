using System.Runtime.InteropServices;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Scoring;

/// <summary>Scores a series from its last steps, as a row of these steps alone: for any network, one that reads backwards too.</summary>
/// <remarks>A missing key may be a step of a window although the network does not read it: as the token after those that it has.</remarks>
internal sealed class WindowScorer : SeriesScorer
{
    private readonly IScoringSession _session;
    private readonly NetworkShape _shape;
    private readonly int _length;
    private readonly Patch? _patch;
    private float[] _window = [];
    private float[] _outputs = [];
    private int[] _tokens = [];

    /// <param name="scorer">Scores rows.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="length">The most steps of a row.</param>
    public WindowScorer(ISequenceScorer scorer, NetworkShape shape, int length)
        : base(NewState(shape, length))
    {
        (_session, _shape, _length) = (scorer.NewSession(), shape, length);
        _patch = shape.PatchLength == 1 ? null : new Patch(shape.TimeStepValues, shape.PatchLength);
    }

    // Tokens are kept as the bits of floats.
    private static int ValuesOf(NetworkShape shape) => shape.UsesTokens ? shape.TokenWidth : shape.TimeStepValues;

    /// <summary>A series' state before its first step.</summary>
    public static EnsembleState NewState(NetworkShape shape, int length) => new([SeriesState.OfWindow(length, ValuesOf(shape))]);

    public override void Dispose()
    {
        base.Dispose();
        _session.Dispose();
    }

    private protected override void Score(EnsembleState before, EnsembleState after, in SequenceView steps, Span<float> outputs)
    {
        SeriesState old = before.Members[0],
            series = after.Members[0];
        int values = ValuesOf(_shape),
            kept = (int)Math.Min(old.Steps, _length),
            all = kept + steps.Length;
        Grow(ref _window, checked(all * values));
        old.Pending.AsSpan(0, kept * values).CopyTo(_window);
        ReadOnlySpan<float> added = _shape.UsesTokens ? MemoryMarshal.Cast<int, float>(steps.Tokens) : steps.Steps;
        added.CopyTo(_window.AsSpan(kept * values));

        int count = Math.Min(all, _length);
        ReadOnlySpan<float> window = _window.AsSpan((all - count) * values, count * values);
        window.CopyTo(series.Pending);
        series.Steps = old.Steps + steps.Length;
        SequenceView row = _shape.UsesTokens ? Tokens(MemoryMarshal.Cast<float, int>(window)) : SequenceView.OfSteps(window, values);
        Score((_patch is null ? row : _patch.Of(row)).WithStatic(steps.Static), steps.Length, outputs);
    }

    private SequenceView Tokens(ReadOnlySpan<int> window)
    {
        if (_tokens.Length < window.Length)
            _tokens = new int[Math.Max(window.Length, 2 * _tokens.Length)];
        int count = 0,
            width = _shape.TokenWidth;
        for (; window.Length > 0; window = window[width..])
            if (window[0] < _shape.Vocabulary)
            {
                window[..width].CopyTo(_tokens.AsSpan(count));
                count += width;
            }
        return SequenceView.OfTokens(_tokens.AsSpan(0, count), width);
    }

    // A tagger's outputs are those of the last steps; of steps beyond the window there are none.
    private void Score(in SequenceView row, int added, Span<float> outputs)
    {
        if (!_shape.PerStep)
        {
            _session.Score(row, outputs);
            return;
        }
        int length = _shape.OutputLayout.Of(row.Length),
            own = Math.Min(length, added * _shape.Outputs);
        Grow(ref _outputs, length);
        _session.Score(row, _outputs.AsSpan(0, length));
        outputs[..^own].Fill(float.NaN);
        _outputs.AsSpan(length - own, own).CopyTo(outputs[^own..]);
    }

    private static void Grow(ref float[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new float[Math.Max(length, 2 * buffer.Length)];
    }
}
