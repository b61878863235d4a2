namespace RnnMlNet.Runtime.Sequences;

/// <summary>Converts a row's sequence to a network's input. It has scratch memory: not thread-safe.</summary>
internal abstract class SequenceChange
{
    /// <summary>The changed sequence, valid until the next call.</summary>
    public abstract SequenceView Of(SequenceView sequence);
}

/// <summary>
/// Joins several time steps to one: T steps of F values become ceil(T / k) of k * F, in the order of time; where T is not a multiple of k,
/// the last one is padded with the last time step, so that the input after T time steps does not depend on later ones.
/// </summary>
/// <param name="features">F.</param>
/// <param name="length">k.</param>
internal sealed class Patch(int features, int length) : SequenceChange
{
    private float[] _scratch = [];

    /// <summary>k * F.</summary>
    public int Width => features * length;

    /// <summary>Number of patches of a number of time steps.</summary>
    public static int Steps(int timeSteps, int patchLength) => (int)(((long)timeSteps + patchLength - 1) / patchLength);

    public override SequenceView Of(SequenceView sequence)
    {
        int values = checked(Steps(sequence.Length, length) * Width);
        if (values == sequence.Steps.Length)
            return SequenceView.OfSteps(sequence.Steps, Width).WithStatic(sequence.Static);
        if (_scratch.Length < values)
            _scratch = new float[Math.Max(values, 2 * _scratch.Length)];
        Span<float> folded = _scratch.AsSpan(0, values);
        sequence.Steps.CopyTo(folded);
        ReadOnlySpan<float> last = sequence.Steps[^features..];
        for (int place = sequence.Steps.Length; place < values; place += features)
            last.CopyTo(folded[place..]);
        return SequenceView.OfSteps(folded, Width).WithStatic(sequence.Static);
    }
}
