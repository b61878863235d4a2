using Microsoft.ML;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// A few rows that a tiny network learns quickly: three classes that differ by the level of feature 0, or by their tokens.
/// </summary>
internal static class TinyData
{
    public const string ClassLabel = "ClassKey";

    /// <summary>The names of <see cref="SequenceRow.Flags"/>.</summary>
    public static readonly string[] FlagNames = ["high", "raised", "up"];

    private static readonly string[] _classes = ["low", "middle", "high"];

    public static SequenceRow[] Rows(int count = 48, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => Row(random, i))];
    }

    /// <summary>The rows as a view, with <see cref="ClassLabel"/>: the class as a key with its text as key values.</summary>
    public static IDataView Load(MLContext ml, IEnumerable<SequenceRow> rows)
    {
        IDataView data = ml.Data.LoadFromEnumerable(rows as IList<SequenceRow> ?? [.. rows]);
        return ml.Transforms.Conversion.MapValueToKey(ClassLabel, nameof(SequenceRow.Class)).Fit(data).Transform(data);
    }

    public static IDataView Load(MLContext ml, int count = 48, int seed = 1) => Load(ml, Rows(count, seed));

    private static SequenceRow Row(Random random, int i)
    {
        int @class = i % _classes.Length;
        int length = 1 + i % SequenceRow.Steps;
        float[] flat =
        [
            .. Enumerable.Range(0, SequenceRow.Steps).SelectMany(_ => new[] { @class - 1 + 0.3f * Noise(random), Noise(random) }),
        ];
        uint[] tokens = [.. Enumerable.Range(0, SequenceRow.Steps).Select(_ => (uint)(1 + 2 * @class + random.Next(2)))];
        float[] a = Feature(flat, 0),
            b = Feature(flat, 1);
        string[] tags = [.. b.Select(value => value > 0 ? "up" : "down")],
            tokenTags = [.. tokens.Select(token => token % 2 == 1 ? "odd" : "even")];
        bool[] stepFlags = [.. b.Zip(tokens).SelectMany(step => new[] { step.First > 0, step.Second % 2 == 1, @class == 2 })];
        bool[] flags = [@class == 2, @class > 0, b.Average() > 0];
        return new SequenceRow
        {
            Tags = tags,
            RaggedTags = tags[..length],
            TokenTags = tokenTags,
            RaggedTokenTags = tokenTags[..length],
            StepFlags = stepFlags,
            RaggedStepFlags = stepFlags[..(length * SequenceRow.StepLabels)],
            Matrix = flat,
            Flat = flat,
            FeatureMajor = [.. a, .. b],
            Ragged = flat[..(length * SequenceRow.Features)],
            ChannelA = a,
            ChannelB = b,
            RaggedA = a[..length],
            RaggedB = b[..length],
            Tokens = tokens,
            RaggedTokens = tokens[..length],
            WiderMatrix = [.. Enumerable.Range(0, SequenceRow.Steps).SelectMany(t => new[] { a[t], b[t], Noise(random) })],
            RicherTokens = tokens,
            Class = _classes[@class],
            PlainKey = (uint)@class,
            Positive = @class == 2,
            Flags = flags,
            FlagNames = [.. FlagNames.Where((_, i) => flags[i])],
            Number = 10 * a.Average(),
            Targets = [10 * a.Average(), b[0]],
            Weight = 1 + i % 2,
            Name = $"row {i}",
        };
    }

    private static float[] Feature(float[] flat, int feature) => [.. flat.Where((_, i) => i % SequenceRow.Features == feature)];

    private static float Noise(Random random) => random.NextSingle() - 0.5f;
}
