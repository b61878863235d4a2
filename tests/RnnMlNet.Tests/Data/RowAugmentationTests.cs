using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Tests.Data;

/// <summary>Rows as they are read for training, beside those as they are.</summary>
[TestFixture]
public sealed class RowAugmentationTests
{
    private const Augmentation OfValues = Augmentation.Jitter | Augmentation.Scaling,
        OfTime = Augmentation.TimeWarp;

    private const int Steps = 40,
        Epoch = 3;

    private static readonly NetworkShape _plain = new() { Features = 3 };

    private static AugmentationSettings Settings(Augmentation kinds) => new(kinds, 0.05f, 0.2f, 0.3f);

    [Test]
    public void Deviations_of_0_change_nothing([Values] bool standardises)
    {
        using SequenceStore store = Store(_plain, _ => { });
        InputEncoder? encoder = standardises ? new InputEncoder(_plain, new FeatureScaling([1, 2, 3], [2, 3, 4])) : null;
        var none = new RowAugmentation(new AugmentationSettings(OfValues | OfTime, 0, 0, 0), _plain, seed: 1);
        Assert.That(Read(new StoredSteps(store, encoder, none)), Is.EqualTo(Read(new StoredSteps(store, encoder))).Within(1e-4));
    }

    [Test]
    public void Noise_and_factors_are_those_of_standardised_values()
    {
        using SequenceStore store = Store(_plain, _ => { });
        var encoder = new InputEncoder(_plain, new FeatureScaling([1, 2, 3], [2, 3, 4]));
        float[] plain = Read(new StoredSteps(store, encoder));
        float[] scaled = Read(New(store, encoder, _plain, Augmentation.Scaling)),
            noisy = Read(New(store, encoder, _plain, Augmentation.Jitter));
        var random = new RowRandom(1, Epoch, 0);
        for (int i = 0; i < plain.Length; i++)
        {
            Assert.That(scaled[i], Is.EqualTo(plain[i] * (1 + 0.2f * random.Normal(Purpose.Factor, i % 3))).Within(1e-5));
            Assert.That(noisy[i], Is.EqualTo(plain[i] + 0.05f * random.Normal(Purpose.Noise, i)).Within(1e-5));
        }
    }

    [Test]
    public void Values_at_other_times_are_interpolated()
    {
        using SequenceStore store = Store(_plain, _ => { });
        ReadOnlySpan<float> row = store.View(0).Steps;
        float[] warped = Read(New(store, null, _plain, OfTime));
        var warp = new TimeWarp(Steps, new RowRandom(1, Epoch, 0), 0.3f);
        for (int t = 0; t < Steps; t++)
        for (int i = 0; i < 3; i++)
        {
            float at = warp.At(t);
            int before = (int)at;
            float between = row[before * 3 + i] + (at - before) * (row[Math.Min(before + 1, Steps - 1) * 3 + i] - row[before * 3 + i]);
            Assert.That(warped[t * 3 + i], Is.EqualTo(between).Within(1e-5));
        }
        Assert.That(warped, Is.Not.EqualTo(row.ToArray()));
    }

    [Test]
    public void The_epoch_the_row_and_the_seed_decide_and_parts_of_a_row_are_those_of_the_whole()
    {
        NetworkShape shape = _plain with { StepColumns = new StepColumns { MissingValues = MissingValues.LastValue } };
        using SequenceStore store = Store(shape, values => values[7] = values[20] = float.NaN);
        var encoder = new InputEncoder(shape, steps: null);
        StoredSteps steps = New(store, encoder, shape, OfValues | OfTime);
        float[] whole = Read(steps);
        Assert.That(Read(New(store, encoder, shape, OfValues | OfTime)), Is.EqualTo(whole));
        Assert.That(Read(steps, Epoch + 1), Is.Not.EqualTo(whole));
        Assert.That(Read(new StoredSteps(store, encoder, new RowAugmentation(Settings(OfTime), shape, 2))), Is.Not.EqualTo(whole));

        var parts = new List<float>();
        float[] scratch = [];
        var state = new float[encoder.StateSize];
        for (int first = 0; first < Steps; first += 16)
            parts.AddRange(steps.Read(0, Epoch, first, Math.Min(16, Steps - first), state, ref scratch));
        Assert.That(parts, Is.EqualTo(whole));
    }

    [Test]
    public void A_number_that_stands_for_a_missing_one_after_it_has_one_factor_at_both()
    {
        NetworkShape shape = _plain with { StepColumns = new StepColumns { MissingValues = MissingValues.LastValue } };
        using SequenceStore store = Store(shape, values => values[2 * 3 + 1] = float.NaN);
        var encoder = new InputEncoder(shape, steps: null);
        float[] plain = Read(new StoredSteps(store, encoder)),
            scaled = Read(New(store, encoder, shape, Augmentation.Scaling));
        int before = encoder.StepWidth + 1,
            missing = 2 * encoder.StepWidth + 1;
        Assert.That(plain[missing], Is.EqualTo(plain[before]));
        Assert.That(scaled[before], Is.Not.EqualTo(plain[before]));
        Assert.That(scaled[missing], Is.EqualTo(scaled[before]));
    }

    [Test]
    public void A_missing_number_stays_missing_and_a_category_is_one_that_the_row_has(
        [Values(MissingValues.Zero, MissingValues.Mean)] MissingValues missing
    )
    {
        NetworkShape shape = new()
        {
            Features = 3,
            StepColumns = new StepColumns { MissingValues = missing, Categories = [new CategoryShape(9, 2)] },
        };
        using SequenceStore store = Store(
            shape,
            values =>
            {
                for (int t = 0; t < Steps; t++)
                {
                    values[t * 3 + 1] = t < Steps / 2 ? float.NaN : 5;
                    values[t * 3 + 2] = t < Steps / 2 ? 4 : 8;
                }
            }
        );
        var encoder = new InputEncoder(shape, steps: null);
        int width = encoder.StepWidth;
        float[] jittered = Read(New(store, encoder, shape, OfValues)),
            warped = Read(New(store, encoder, shape, OfTime));
        for (int t = 0; t < Steps; t++)
        {
            Assert.That(jittered[t * width + 1], t < Steps / 2 ? Is.Zero : Is.Not.Zero, $"step {t}");
            Assert.That(jittered[(t + 1) * width - 1], Is.EqualTo(t < Steps / 2 ? 4 : 8));
            Assert.That(warped[(t + 1) * width - 1], Is.EqualTo(4).Or.EqualTo(8));
            Assert.That(warped[t * width + 1], Is.EqualTo(warped[(t + 1) * width - 1] == 4 ? 0 : 5), $"step {t}");
        }
        Assert.That(Enumerable.Range(0, Steps).Select(t => warped[(t + 1) * width - 1]).Distinct(), Is.EquivalentTo([4f, 8f]));
    }

    [Test]
    public void Steps_that_are_read_in_patches_are_changed_as_one_by_one()
    {
        NetworkShape patched = new() { Features = 12, PatchLength = 4 };
        using SequenceStore store = Store(_plain, _ => { }),
            inPatches = new(features: 12, labelWidth: 1);
        inPatches.Add(SequenceView.OfSteps(store.View(0).Steps, 12), [0], 1);
        inPatches.Seal();
        Assert.That(Read(New(inPatches, null, patched, OfValues | OfTime)), Is.EqualTo(Read(New(store, null, _plain, OfValues | OfTime))));
    }

    [Test]
    public void Rows_of_one_step_are_changed_in_their_values_alone()
    {
        using var store = new SequenceStore(features: 3, labelWidth: 1);
        store.Add(SequenceView.OfSteps([1, 2, 3], 3), [0], 1);
        store.Seal();
        Assert.That(Read(New(store, null, _plain, OfTime)), Is.EqualTo([1f, 2f, 3f]));
        Assert.That(Read(New(store, null, _plain, OfValues)), Is.Not.EqualTo(new[] { 1f, 2f, 3f }));
    }

    [Test]
    public void A_padded_batch_holds_what_an_engine_reads_from_the_store()
    {
        using var store = new SequenceStore(features: 3, labelWidth: 1);
        int[] lengths = [5, 1, 9];
        foreach (int length in lengths)
            store.Add(SequenceView.OfSteps(Support.RandomNetwork.Uniform(new Random(length), 3 * length, 1), 3), [0], 1);
        store.Seal();
        var augmentation = new RowAugmentation(Settings(OfValues | OfTime), _plain, seed: 1);
        var encoder = new InputEncoder(_plain, new FeatureScaling([1, 2, 3], [2, 3, 4]));
        MiniBatch stored = new() { Epoch = Epoch },
            padded = new() { Epoch = Epoch };
        new BatchAssembler(store, encoder, null, augmentation) { LeavesStepsInStore = true }.Fill(stored, [2, 0, 1]);
        new BatchAssembler(store, encoder, null, augmentation).Fill(padded, [2, 0, 1]);
        float[] scratch = [];
        for (int b = 0; b < 3; b++)
            Assert.That(
                stored.Stored!.Read(stored.StoreRows[b], Epoch, ref scratch).ToArray(),
                Is.EqualTo(Support.RandomNetwork.Steps(padded, b))
                    .And.Not.EqualTo(Read(new StoredSteps(store, encoder), row: stored.StoreRows[b]))
            );
    }

    private static StoredSteps New(SequenceStore store, InputEncoder? encoder, NetworkShape shape, Augmentation kinds) =>
        new(store, encoder, new RowAugmentation(Settings(kinds), shape, seed: 1));

    private static float[] Read(StoredSteps steps, int epoch = Epoch, int row = 0)
    {
        float[] scratch = [];
        return steps.Read(row, epoch, ref scratch).ToArray();
    }

    // One row of smooth values.
    private static SequenceStore Store(NetworkShape shape, Action<float[]> change)
    {
        var values = new float[Steps * shape.Features];
        for (int i = 0; i < values.Length; i++)
            values[i] = 3 + MathF.Sin(i / 10f) + i % shape.Features;
        change(values);
        var store = new SequenceStore(shape.Features, labelWidth: 1);
        store.Add(SequenceView.OfSteps(values, shape.Features), [0], 1);
        store.Seal();
        return store;
    }
}
