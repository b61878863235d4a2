using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Engines;

/// <summary>A step of several batches, on both engines.</summary>
[TestFixture(EngineKind.Simd)]
[TestFixture(EngineKind.Torch)]
public sealed class GradientAccumulationTests(EngineKind kind)
{
    private static readonly int[] Lengths = [5, 1, 7, 7, 2, 9, 3, 3, 8, 4, 6, 1, 1, 12, 9, 2, 5, 5, 10, 4, 4, 11, 3, 6, 7];

    [Test]
    public void Several_batches_are_as_one_of_all_their_rows(
        [Values] bool tokens,
        [Values] bool perStep,
        [Values(0f, 0.05f)] float clipNorm
    )
    {
        EngineSettings settings = Settings(tokens, perStep) with { GradientClipNorm = clipNorm };
        MiniBatch all = RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths);
        using ITrainingEngine parts = Create(settings),
            whole = Create(settings);
        double losses = 0;
        for (int step = 0; step < 3; step++)
        {
            // Of unequal sizes and weights; the second one has more micro-batches than the first.
            foreach (Range rows in new Range[] { ..3, 3..22, 22.. })
            {
                MiniBatch part = Part(all, rows);
                losses += parts.AddGradient(part).Read() * part.TotalWeight;
            }
            parts.Update(0.01f);
            losses -= whole.TrainStep(all, 0.01f) * all.TotalWeight;
        }

        Assert.That(losses, Is.Zero.Within(1e-4 * all.TotalWeight));
        foreach (NamedTensor tensor in whole.GetWeights().Tensors)
            Assert.That(parts.GetWeights()[tensor.Name], Is.EqualTo(tensor.Values).Within(1e-5), tensor.Name);
        Assert.That(parts.GetOptimizerState().Steps, Is.EqualTo(3));
    }

    [Test]
    public void Nothing_changes_before_the_update()
    {
        EngineSettings settings = Settings(tokens: false, perStep: false);
        using ITrainingEngine engine = Create(settings);
        engine.AddGradient(RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths));

        AssertSame(engine.GetWeights(), settings.InitialWeights);
        Assert.That(engine.GetOptimizerState().Steps, Is.Zero);
    }

    [Test]
    public void A_loss_that_is_no_number_gives_the_step_up([Values] bool tokens)
    {
        EngineSettings settings = Settings(tokens, perStep: false);
        MiniBatch good = RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths),
            bad = RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths, seed: 2);
        float[] weights = [.. bad.Weights];
        using ITrainingEngine engine = Create(settings),
            expected = Create(settings);

        engine.AddGradient(bad);
        bad.Weights = [float.PositiveInfinity, .. weights[1..]];
        Assert.That(engine.AddGradient(bad).Read(), Is.NaN.Or.EqualTo(float.PositiveInfinity));
        engine.TrainStep(good, 0.01f);
        expected.TrainStep(good, 0.01f);

        AssertSame(engine.GetWeights(), expected.GetWeights());
    }

    [Test]
    public void Each_batch_has_dropout_of_its_own()
    {
        EngineSettings settings = Settings(tokens: false, perStep: false) with
        {
            DropoutRates = new DropoutRates { HeadDropout = 0.5f, InputDropout = 0.5f },
        };
        MiniBatch batch = RandomNetwork.Batch(settings.Shape, settings.Loss, Lengths);
        using ITrainingEngine engine = Create(settings);

        float first = engine.AddGradient(batch).Read(),
            second = engine.AddGradient(batch).Read();
        Assert.That(second, Is.Not.EqualTo(first));
    }

    private ITrainingEngine Create(EngineSettings settings) =>
        kind == EngineKind.Simd ? SimdEngine.Create(settings) : TorchEngine.Create(settings, out _);

    private static EngineSettings Settings(bool tokens, bool perStep)
    {
        NetworkShape shape = RandomNetwork.Shape(CellKind.Lstm, layers: 2, bidirectional: true, perStep ? 0 : RandomNetwork.AllPooling);
        if (tokens)
            shape = shape with { Features = 0, Vocabulary = 12, EmbeddingSize = 6 };
        return RandomNetwork.Settings(shape, LossKind.CrossEntropy);
    }

    private static MiniBatch Part(MiniBatch all, Range rows)
    {
        (int first, int count) = rows.GetOffsetAndLength(all.Count);
        int longest = all.Lengths.AsSpan(first, count).ToArray().Max();
        T[] OfSteps<T>(T[] values, int width) =>
            width == 0
                ? []
                : [.. Enumerable.Range(0, longest).SelectMany(t => values.Skip((t * all.Count + first) * width).Take(count * width))];
        T[] OfItems<T>(T[] values) => all.HasLabelsPerStep ? OfSteps(values, 1) : values[first..(first + count)];
        return new MiniBatch
        {
            Count = count,
            MaxLength = longest,
            Features = all.Features,
            LabelWidth = all.LabelWidth,
            HasLabelsPerStep = all.HasLabelsPerStep,
            Lengths = all.Lengths[first..(first + count)],
            Steps = OfSteps(all.Steps, all.Features),
            Tokens = OfSteps(all.Tokens, all.Features == 0 ? 1 : 0),
            Labels = OfItems(all.Labels),
            Weights = OfItems(all.Weights),
        };
    }

    private static void AssertSame(NetworkWeights actual, NetworkWeights expected)
    {
        foreach (NamedTensor tensor in expected.Tensors)
            Assert.That(actual[tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);
    }
}
