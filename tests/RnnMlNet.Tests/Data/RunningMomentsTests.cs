using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

/// <summary>Mean and deviation of columns, whatever their ratio.</summary>
[TestFixture]
public class RunningMomentsTests
{
    private sealed class OffsetRow
    {
        [VectorType]
        public float[] X { get; set; } = [];

        public bool Label { get; set; }

        public float Number { get; set; }
    }

    // Numbers of single precision that differ at all: Unix times, pressures in Pa, altitudes in mm, negative ones, tiny ones on a small
    // offset.
    [TestCase(1.7e9f, 600f)]
    [TestCase(-1.7e9f, 600f)]
    [TestCase(101325f, 0.05f)]
    [TestCase(8_848_000f, 3f)]
    [TestCase(16_777_216f, 4f)]
    [TestCase(1f, 1e-6f)]
    [TestCase(1e-30f, 1e-36f)]
    [TestCase(1e30f, 1e24f)]
    [TestCase(0f, 1e-30f)]
    public void A_small_deviation_on_a_large_offset_is_kept(float offset, float size)
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, 1000).Select(_ => offset + size * (float)(random.NextDouble() - 0.5))];

        FeatureScaling scaling = Of(values);

        double mean = values.Average(value => (double)value),
            deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.That(values.Distinct().Count(), Is.GreaterThan(1));
        Assert.That(scaling.Mean[0], Is.EqualTo((float)mean));
        Assert.That(scaling.Deviation[0], Is.EqualTo(deviation).Within(1e-5).Percent);
    }

    [TestCase(1.7e9f)]
    [TestCase(0.1f)]
    [TestCase(0f)]
    [TestCase(-3.7e-20f)]
    [TestCase(float.MaxValue)]
    public void A_constant_column_is_left_as_wide_as_it_is(float value)
    {
        FeatureScaling scaling = Of([.. Enumerable.Repeat(value, 1001)]);

        Assert.That((scaling.Mean[0], scaling.Deviation[0]), Is.EqualTo((value, 1f)));
    }

    [TestCase(0.1f)]
    [TestCase(1.7e9f)]
    [TestCase(-12345.678f)]
    public void So_is_one_that_varies_by_rounding_alone(float value)
    {
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => i % 2 == 0 ? value : MathF.BitIncrement(value))];

        Assert.That(Of(values).Deviation[0], Is.EqualTo(1f));
    }

    [Test]
    public void Labels_are_standardised_alike()
    {
        var store = new SequenceStore(features: 1, labelWidth: 2);
        for (int row = 0; row < 100; row++)
            store.Add(SequenceView.OfSteps([row], 1), [1.7e9f + 128 * (row % 10), 5], 1);
        store.Seal();

        FeatureScaling scaling = ScalingLearner.LearnLabels(SequenceSet.All(store));

        Assert.That(scaling.Deviation[0], Is.EqualTo(128 * Math.Sqrt(8.25)).Within(0.01).Percent);
        Assert.That(scaling.Deviation[1], Is.EqualTo(1));
    }

    [Test]
    public void A_network_learns_from_Unix_times_what_it_learns_from_the_same_times_less_an_offset()
    {
        float[] Scored(float offset)
        {
            var ml = new MLContext(seed: 1);
            var random = new Random(1);
            IDataView data = ml.Data.LoadFromEnumerable([
                .. Enumerable
                    .Range(0, 100)
                    .Select(i => new OffsetRow
                    {
                        Label = i % 2 == 0,
                        X = [.. Enumerable.Range(0, 8).Select(_ => 1.7e9f + (random.Next(0, 600) + (i % 2 == 0 ? 300 : 0)) - offset)],
                    }),
            ]);
            var trainer = ml.BinaryClassification.Trainers.Rnn(
                new RnnBinaryTrainer.Options
                {
                    FeatureColumnName = "X",
                    FeaturesPerStep = 1,
                    HiddenSize = 8,
                    MaxEpochs = 20,
                    LearningRate = 0.02f,
                    ValidationFraction = 0,
                    Seed = 1,
                    Device = "cpu",
                }
            );
            using RnnBinaryTransformer model = trainer.Fit(data);
            Assert.That(model.Model.Network.FeatureScaling!.Deviation[0], Is.EqualTo(233).Within(15));
            return [.. Scores.Of(model, data).Select(score => score[0])];
        }

        float[] plain = Scored(0),
            shifted = Scored(1.7e9f);

        Assert.That(plain.Where((score, i) => score > 0 == (i % 2 == 0)).Count(), Is.GreaterThan(90));
        Assert.That(plain.Zip(shifted).Count(pair => pair.First > 0 == pair.Second > 0), Is.GreaterThan(97));
    }

    private static FeatureScaling Of(float[] values)
    {
        var moments = new RunningMoments(1);
        foreach (float value in values)
            moments.Add([value]);
        return moments.Scaling();
    }
}
