namespace RnnMlNet;

/// <summary>The part of a sequence that becomes a row.</summary>
public enum SequenceWindowKind
{
    /// <summary>The whole sequence, one row.</summary>
    Whole,

    /// <summary>The last time steps, one row.</summary>
    Last,

    /// <summary>Windows that move over the sequence by a stride, a row each.</summary>
    Sliding,
}

/// <summary>The end of a sequence at which sliding windows are aligned.</summary>
public enum SequenceWindowAlignment
{
    /// <summary>
    /// The last window ends at the sequence's last time step, and each other one a stride earlier. The first ones may be cut by the
    /// sequence's beginning.
    /// </summary>
    End,

    /// <summary>
    /// The first window starts at the sequence's first time step, and each other one a stride later. The last ones may be cut by the
    /// sequence's end.
    /// </summary>
    Start,
}

/// <summary>The rows that grouping makes of a sequence: the whole sequence, its last window, or sliding windows.</summary>
public sealed class SequenceWindows
{
    private SequenceWindows(SequenceWindowKind kind, int? length, int stride, int minimumLength, SequenceWindowAlignment alignment)
    {
        (Kind, Length, Stride, MinimumLength, Alignment) = (kind, length, stride, minimumLength, alignment);
    }

    /// <summary>Whole sequences, of any length: a row each. The default.</summary>
    public static SequenceWindows Whole { get; } = WholeOfAtLeast(1);

    /// <summary>The kind of windows.</summary>
    public SequenceWindowKind Kind { get; }

    /// <summary>Time steps of a window; null for whole sequences.</summary>
    public int? Length { get; }

    /// <summary>Time steps from one sliding window to the next.</summary>
    public int Stride { get; }

    /// <summary>Least number of time steps: shorter sequences and windows are left out, and the log states how many sequences.</summary>
    public int MinimumLength { get; }

    /// <summary>The end at which sliding windows are aligned.</summary>
    public SequenceWindowAlignment Alignment { get; }

    /// <summary>Whole sequences, a row each; those shorter than a minimum are left out.</summary>
    /// <param name="minimumLength">Least number of time steps, 1 or more.</param>
    /// <returns>The windows.</returns>
    public static SequenceWindows WholeOfAtLeast(int minimumLength) =>
        new(SequenceWindowKind.Whole, null, 1, minimumLength, SequenceWindowAlignment.End);

    /// <summary>The last time steps of each sequence, a row each.</summary>
    /// <param name="length">Time steps, 1 or more.</param>
    /// <param name="minimumLength">Least number of time steps where the sequence is shorter, 1 or more.</param>
    /// <returns>The windows.</returns>
    public static SequenceWindows Last(int length, int minimumLength = 1) =>
        new(SequenceWindowKind.Last, length, 1, minimumLength, SequenceWindowAlignment.End);

    /// <summary>Windows that move over each sequence by a stride, a row each.</summary>
    /// <param name="length">Time steps of a window, 1 or more.</param>
    /// <param name="stride">Time steps from one window to the next, 1 or more.</param>
    /// <param name="minimumLength">Least number of time steps of a window that the sequence's beginning (aligned at the end) or end
    /// (aligned at the start) cuts; null for <paramref name="length"/>: complete windows only.</param>
    /// <param name="alignment">The end at which they are aligned.</param>
    /// <returns>The windows.</returns>
    public static SequenceWindows Sliding(
        int length,
        int stride = 1,
        int? minimumLength = null,
        SequenceWindowAlignment alignment = SequenceWindowAlignment.End
    ) => new(SequenceWindowKind.Sliding, length, stride, minimumLength ?? length, alignment);

    internal static SequenceWindows Of(
        SequenceWindowKind kind,
        int? length,
        int stride,
        int minimumLength,
        SequenceWindowAlignment alignment
    ) => new(kind, length, stride, minimumLength, alignment);

    /// <summary>The windows of a sequence, by their first step and their length, in the order of time.</summary>
    /// <param name="steps">Time steps of the sequence.</param>
    internal IEnumerable<(int First, int Count)> In(int steps)
    {
        int length = Length ?? steps;
        if (Kind != SequenceWindowKind.Sliding)
            return Math.Min(length, steps) >= MinimumLength ? [(Math.Max(0, steps - length), Math.Min(length, steps))] : [];
        return Alignment == SequenceWindowAlignment.Start ? FromStart(steps, length) : ToEnd(steps, length);
    }

    private IEnumerable<(int First, int Count)> FromStart(int steps, int length)
    {
        for (long first = 0; first + MinimumLength <= steps; first += Stride)
            yield return ((int)first, (int)Math.Min(length, steps - first));
    }

    private IEnumerable<(int First, int Count)> ToEnd(int steps, int length)
    {
        // Ends are congruent to the number of steps; the first one has at least the minimum before it.
        long firstEnd = steps - (long)((steps - MinimumLength) / Stride) * Stride;
        if (steps < MinimumLength)
            yield break;
        for (long end = firstEnd; end <= steps; end += Stride)
            yield return ((int)Math.Max(0, end - length), (int)Math.Min(length, end));
    }
}
