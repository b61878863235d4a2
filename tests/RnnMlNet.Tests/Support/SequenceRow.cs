using Microsoft.ML.Data;

namespace RnnMlNet.Tests.Support;

/// <summary>A row with one sequence in every kind of column, and with labels for every task.</summary>
internal sealed class SequenceRow
{
    public const int Steps = 5;
    public const int Features = 2;
    public const int Vocabulary = 7;
    public const int StepLabels = 3;
    public const uint MissingPlainKey = 3;

    [VectorType(Steps, Features)]
    public float[] Matrix { get; set; } = [];

    [VectorType(Steps * Features)]
    public float[] Flat { get; set; } = [];

    /// <summary>As <see cref="Flat"/>, but all steps of feature 0 first.</summary>
    [VectorType(Steps * Features)]
    public float[] FeatureMajor { get; set; } = [];

    /// <summary>The first steps of <see cref="Flat"/>: 1 to 5 of them.</summary>
    public float[] Ragged { get; set; } = [];

    [VectorType(Steps)]
    public float[] ChannelA { get; set; } = [];

    [VectorType(Steps)]
    public float[] ChannelB { get; set; } = [];

    public float[] RaggedA { get; set; } = [];

    public float[] RaggedB { get; set; } = [];

    [VectorType(Steps), KeyType(Vocabulary)]
    public uint[] Tokens { get; set; } = [];

    [KeyType(Vocabulary)]
    public uint[] RaggedTokens { get; set; } = [];

    /// <summary>
    /// Three features a step, and a vocabulary of another size: data that a network fitted on the columns above does not take.
    /// </summary>
    [VectorType(Steps, Features + 1)]
    public float[] WiderMatrix { get; set; } = [];

    [VectorType(Steps), KeyType(Vocabulary + 2)]
    public uint[] RicherTokens { get; set; } = [];

    public string Class { get; set; } = "";

    /// <summary>
    /// 0, 1 or 2: ML.NET counts a key property from 0 (but the keys of a vector from 1), and takes any other value as missing.
    /// </summary>
    [KeyType(3)]
    public uint PlainKey { get; set; }

    public bool Positive { get; set; }

    /// <summary>Several labels: of the class "high", not of the class "low", feature 1 mostly above 0.</summary>
    [VectorType(3)]
    public bool[] Flags { get; set; } = [];

    /// <summary>The same as names.</summary>
    public string[] FlagNames { get; set; } = [];

    public float Number { get; set; }

    [VectorType(2)]
    public float[] Targets { get; set; } = [];

    /// <summary>A tag for each step of <see cref="Matrix"/> and the like, by the sign of feature 1.</summary>
    [VectorType(Steps)]
    public string[] Tags { get; set; } = [];

    /// <summary>A tag for each step of <see cref="Ragged"/> and the like.</summary>
    public string[] RaggedTags { get; set; } = [];

    /// <summary>A tag for each of <see cref="Tokens"/>, by whether it is odd.</summary>
    [VectorType(Steps)]
    public string[] TokenTags { get; set; } = [];

    public string[] RaggedTokenTags { get; set; } = [];

    /// <summary>Three labels of each step of <see cref="Matrix"/> and <see cref="Tokens"/>: feature 1 above 0, an odd token, the class
    /// "high".</summary>
    [VectorType(Steps, StepLabels)]
    public bool[] StepFlags { get; set; } = [];

    /// <summary>The same for <see cref="Ragged"/> and the like, flat.</summary>
    public bool[] RaggedStepFlags { get; set; } = [];

    public float Weight { get; set; } = 1;

    public string Name { get; set; } = "";
}
