namespace RnnMlNet.Runtime.Sequences;

/// <summary>A view of one row in memory: its sequence, features step-major or token ids, and its static values.</summary>
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

    /// <summary>
    /// [T, <see cref="TokenWidth"/>] ids 0..V-1, missing keys already left out, each with the codes of its word's characters where these
    /// are read (<see cref="WordCharacters"/>); empty for numeric features.
    /// </summary>
    public ReadOnlySpan<int> Tokens { get; }

    /// <summary>Values of <see cref="Tokens"/> for each step: 1, or 1 + W with characters.</summary>
    public int TokenWidth => Length == 0 ? 1 : Tokens.Length / Length;

    /// <summary>T, which may be 0.</summary>
    public int Length { get; }

    /// <summary>[S] static numbers and category ids; empty for none.</summary>
    public ReadOnlySpan<float> Static { get; private init; }

    /// <summary>The same sequence with static values.</summary>
    public SequenceView WithStatic(ReadOnlySpan<float> values) => new(Steps, Tokens, Length) { Static = values };

    /// <summary>Some of the steps, with the same static values.</summary>
    public SequenceView Slice(int first, int count)
    {
        if (first == 0 && count == Length)
            return this;
        int features = Length == 0 ? 0 : Steps.Length / Length;
        ReadOnlySpan<int> tokens = Tokens.IsEmpty ? Tokens : Tokens.Slice(first * TokenWidth, count * TokenWidth);
        return new SequenceView(Steps.Slice(first * features, count * features), tokens, count) { Static = Static };
    }

    public static SequenceView OfSteps(ReadOnlySpan<float> steps, int features) => new(steps, default, steps.Length / features);

    /// <param name="tokens">[T, width].</param>
    /// <param name="width">Values for each step.</param>
    public static SequenceView OfTokens(ReadOnlySpan<int> tokens, int width = 1) => new(default, tokens, tokens.Length / width);
}
