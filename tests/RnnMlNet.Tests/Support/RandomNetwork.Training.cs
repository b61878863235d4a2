using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>What such networks are trained with: settings, and random batches.</summary>
internal static partial class RandomNetwork
{
    public static EngineSettings Settings(NetworkShape shape, LossKind loss = LossKind.Squared, int seed = 1) =>
        new()
        {
            Shape = shape,
            InitialWeights = Weights(shape, seed),
            Loss = loss,
            Quantiles = Quantiles(loss, 1),
            Device = "cpu",
        };

    /// <summary>So many quantiles for a quantile loss; none for any other.</summary>
    public static float[] Quantiles(LossKind loss, int count) =>
        loss == LossKind.Quantile ? [.. Enumerable.Range(1, count).Select(i => i / (count + 1.5f))] : [];

    /// <summary>
    /// A batch of random rows of the given lengths, zeros where a row has ended. The arrays are longer than what is in use, NaN or -1
    /// beyond.
    /// </summary>
    public static MiniBatch Batch(NetworkShape shape, LossKind loss, int[] lengths, int seed = 1, int quantiles = 1)
    {
        var random = new Random(seed);
        int B = lengths.Length,
            T = Math.Max(1, lengths.Max()),
            F = shape.EncodedFeatures;
        var batch = new MiniBatch
        {
            Count = B,
            MaxLength = T,
            Features = F,
            LabelWidth = loss is LossKind.CrossEntropy or LossKind.Logistic ? 1 : shape.Outputs / quantiles,
            HasLabelsPerStep = shape.PerStep,
        };
        batch.Lengths = [.. lengths, -1];
        batch.Steps = [.. new float[T * B * F], float.NaN];
        batch.Tokens = [.. new int[T * B], -1];
        batch.Characters = shape.Characters is null ? [] : [.. new int[T * B * (shape.TokenWidth - 1)], -1];
        for (int t = 0; t < T; t++)
        for (int b = 0; b < B; b++)
            if (t < lengths[b])
            {
                for (int f = 0; f < F; f++)
                    batch.Steps[(t * B + b) * F + f] = shape.IdsAt(f) is int ids ? random.Next(ids) : Uniform(random, 1, 1.5f)[0];
                batch.Tokens[t * B + b] = random.Next(Math.Max(1, shape.Vocabulary));
                RandomWords.Characters(shape, random).CopyTo(batch.Characters, (t * B + b) * (shape.TokenWidth - 1));
            }
        batch.Labels = [.. Labels(random, loss, batch.Items * batch.LabelWidth, shape.Outputs), float.NaN];
        batch.Weights = [.. Enumerable.Range(0, batch.Items).Select(_ => 0.5f + (float)random.NextDouble()), float.NaN];
        batch.StaticInputs =
        [
            .. Uniform(random, B * shape.StaticSize, 1)
                .Select((value, i) => shape.StaticIdsAt(i % shape.StaticSize) is int ids ? i % ids : value),
            float.NaN,
        ];
        batch.Channels = [.. Enumerable.Range(0, B).Select(_ => random.Next(shape.Decoder?.Channels ?? shape.Cycle?.Channels ?? 1)), -1];
        batch.Phases = [.. Enumerable.Range(0, B).Select(_ => random.Next(shape.Cycle?.Length ?? 1)), -1];
        if (shape.PerStep)
            // The padding has no labels, and neither have some of the steps.
            for (int i = 0; i < batch.Items; i++)
                if (i / B >= lengths[i % B] || i % 7 == 3)
                    batch.Weights[i] = 0;
        return batch;
    }

    /// <summary>Row b of a batch as the store holds it: [T, F] numbers without padding.</summary>
    public static float[] Steps(MiniBatch batch, int b) =>
        [
            .. Enumerable
                .Range(0, batch.Lengths[b])
                .SelectMany(t => batch.Steps[((t * batch.Count + b) * batch.Features)..((t * batch.Count + b + 1) * batch.Features)]),
        ];

    /// <summary>Row b of a batch as the store holds it: token ids without padding.</summary>
    public static int[] Tokens(MiniBatch batch, int b) =>
        [.. Enumerable.Range(0, batch.Lengths[b]).Select(t => batch.Tokens[t * batch.Count + b])];

    /// <summary>The same, each with the characters of its word where the network reads these.</summary>
    public static int[] Tokens(MiniBatch batch, int b, NetworkShape shape) =>
        [
            .. Tokens(batch, b)
                .SelectMany(
                    (token, t) =>
                        (int[])[token, .. batch.Characters.Skip((t * batch.Count + b) * (shape.TokenWidth - 1)).Take(shape.TokenWidth - 1)]
                ),
        ];

    private static IEnumerable<float> Labels(Random random, LossKind loss, int count, int outputs) =>
        Enumerable
            .Range(0, count)
            .Select(_ =>
                loss switch
                {
                    LossKind.CrossEntropy => random.Next(outputs),
                    LossKind.Logistic => random.Next(2),
                    LossKind.MultiLabel => random.Next(2) * (0.5f + (float)random.NextDouble()),
                    _ => 2 * (float)random.NextDouble() - 1,
                }
            );
}
