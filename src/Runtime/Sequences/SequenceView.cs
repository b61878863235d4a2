namespace RnnMlNet.Runtime.Sequences;

/// <summary>A view of one row's sequence in memory: features step-major, or token ids.</summary>
internal readonly ref struct SequenceView
{
    private SequenceView(ReadOnlySpan<float> steps, ReadOnlySpan<int> tokens, int length)
    {
        Steps = steps;
        Tokens = tokens;
        Length = length;
    }

    /// <summary>[T, F] values; empty for tokens.</summary>
    public ReadOnlySpan<float> Steps { get; }

    /// <summary>[T] ids 0..V-1, missing keys already left out; empty for numeric features.</summary>
    public ReadOnlySpan<int> Tokens { get; }

    /// <summary>T, which may be 0.</summary>
    public int Length { get; }

    public static SequenceView OfSteps(ReadOnlySpan<float> steps, int features) => new(steps, default, steps.Length / features);

    public static SequenceView OfTokens(ReadOnlySpan<int> tokens) => new(default, tokens, tokens.Length);
}
