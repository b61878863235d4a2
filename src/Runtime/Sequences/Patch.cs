namespace RnnMlNet.Runtime.Sequences;

/// <summary>Makes of a row's sequence what a network is to read. It has scratch memory: for one user at a time.</summary>
internal abstract class SequenceChange
{
    /// <summary>The changed sequence, valid until the next call.</summary>
    public abstract SequenceView Of(SequenceView sequence);
}

/// <summary>
/// Several time steps as one: T steps of F values become ceil(T / k) of k * F, in the order of time; where T is no multiple of k, the last
/// one is filled up with the last time step, so that what a network reads after T time steps does not depend on what comes later.
/// </summary>
/// <param name="features">F.</param>
/// <param name="length">k.</param>
internal sealed class Patch(int features, int length) : SequenceChange
{
    private float[] _scratch = [];

    /// <summary>k * F.</summary>
    public int Width => features * length;

    /// <summary>Steps that time steps become.</summary>
    public static int Steps(int timeSteps, int patchLength) => (int)(((long)timeSteps + patchLength - 1) / patchLength);

    public override SequenceView Of(SequenceView sequence)
    {
        int values = checked(Steps(sequence.Length, length) * Width);
        if (values == sequence.Steps.Length)
            return SequenceView.OfSteps(sequence.Steps, Width);
        if (_scratch.Length < values)
            _scratch = new float[Math.Max(values, 2 * _scratch.Length)];
        Span<float> folded = _scratch.AsSpan(0, values);
        sequence.Steps.CopyTo(folded);
        ReadOnlySpan<float> last = sequence.Steps[^features..];
        for (int place = sequence.Steps.Length; place < values; place += features)
            last.CopyTo(folded[place..]);
        return SequenceView.OfSteps(folded, Width);
    }
}
