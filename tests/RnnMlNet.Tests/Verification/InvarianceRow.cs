using Microsoft.ML.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Verification;

/// <summary>
/// Sequences of the kinds whose scores must not depend on how they are scored: numbers or tokens, all of one length or each of its own.
/// </summary>
public enum SequenceKind
{
    FixedSteps,
    RaggedSteps,
    FixedTokens,
    RaggedTokens,
}

/// <summary>A row with a sequence of each kind.</summary>
internal sealed class InvarianceRow
{
    public const int Steps = 9;
    public const int Features = 3;
    public const int Vocabulary = 6;

    [VectorType(Steps, Features)]
    public float[] FixedSteps { get; set; } = [];

    public float[] RaggedSteps { get; set; } = [];

    [VectorType(Steps), KeyType(Vocabulary)]
    public uint[] FixedTokens { get; set; } = [];

    [KeyType(Vocabulary)]
    public uint[] RaggedTokens { get; set; } = [];

    /// <summary>Random rows of the given lengths; some of the tokens are missing keys.</summary>
    public static InvarianceRow[] Random(IEnumerable<int> lengths)
    {
        var random = new Random(3);
        return
        [
            .. lengths.Select(length => new InvarianceRow
            {
                FixedSteps = RandomNetwork.Uniform(random, Steps * Features, 1.5f),
                RaggedSteps = RandomNetwork.Uniform(random, length * Features, 1.5f),
                FixedTokens = Tokens(random, Steps),
                RaggedTokens = Tokens(random, length),
            }),
        ];
    }

    /// <summary>The numbers of a kind of steps.</summary>
    public float[] StepsOf(SequenceKind kind) => kind == SequenceKind.FixedSteps ? FixedSteps : RaggedSteps;

    /// <summary>The ids from 0 of a kind of tokens, without missing keys.</summary>
    public long[] TokensOf(SequenceKind kind) =>
        [.. (kind == SequenceKind.FixedTokens ? FixedTokens : RaggedTokens).Where(key => key > 0).Select(key => key - 1L)];

    // Keys of a vector count from 1; 0 is a missing one.
    private static uint[] Tokens(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (uint)random.Next(Vocabulary + 1))];
}
