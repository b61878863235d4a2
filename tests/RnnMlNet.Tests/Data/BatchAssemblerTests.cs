using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class BatchAssemblerTests
{
    [Test]
    public void A_batch_is_time_major_and_zero_where_a_row_has_ended([Values(1, 2, 3, 7, 8, 9, 12, 16, 17, 33)] int features)
    {
        SequenceStore store = Stores.OfLengths(features, Stores.OddLengths);
        int[] rows = [.. Enumerable.Range(0, store.Count).Reverse()];
        var batch = new MiniBatch();

        new BatchAssembler(store, encoder: null, labels: null).Fill(batch, rows);

        Assert.That(
            (batch.Count, batch.MaxLength, batch.Features, batch.LabelWidth, batch.IsEven),
            Is.EqualTo((rows.Length, 33, features, 1, false))
        );
        for (int b = 0; b < rows.Length; b++)
        {
            Assert.That((batch.Lengths[b], batch.Labels[b], batch.Weights[b]), Is.EqualTo((store.Length(rows[b]), (float)rows[b], 1f)));
            for (int t = 0; t < batch.MaxLength; t++)
            for (int f = 0; f < features; f++)
                Assert.That(
                    batch.Steps[(t * batch.Count + b) * features + f],
                    Is.EqualTo(t < batch.Lengths[b] ? Stores.Value(rows[b], t, f) : 0f)
                );
        }
    }

    [Test]
    public void Values_and_labels_are_standardised_and_padding_is_not()
    {
        var store = new SequenceStore(features: 2, labelWidth: 2);
        store.Add(SequenceView.OfSteps([1, 2, 3, 4], 2), [10, 20], 0.5f);
        store.Add(SequenceView.OfSteps([5, 6], 2), [30, 40], 2);
        var batch = new MiniBatch();

        new BatchAssembler(store, Encoders.Of(new FeatureScaling([1, 2], [2, 4])), new FeatureScaling([10, 0], [10, 20])).Fill(
            batch,
            [0, 1]
        );

        Assert.That(batch.Steps, Is.EqualTo(new[] { 0, 0, 2, 1f, 1, 0.5f, 0, 0 }));
        Assert.That(batch.Labels, Is.EqualTo(new float[] { 0, 1, 2, 2 }));
        Assert.That(batch.Weights, Is.EqualTo(new[] { 0.5f, 2 }));
        Assert.That(batch.Tokens, Is.Empty);
    }

    [Test]
    public void Labels_of_steps_are_time_major_and_those_of_a_step_without_any_weigh_nothing([Values] bool isWeighted)
    {
        const float Missing = StepClassesReader.Missing;
        var store = new SequenceStore(features: 1, labelWidth: 2, hasLabelsPerStep: true) { HasLabelSets = true };
        store.Add(SequenceView.OfSteps([1, 2, 3], 1), [1, 0, Missing, Missing, 1, 1], 0.5f);
        store.Add(SequenceView.OfSteps([4], 1), [0, 1], 2);
        var batch = new MiniBatch();
        var assembler = new BatchAssembler(store, encoder: null, labels: null) { ClassWeights = isWeighted ? [3, 5] : null };

        // What a longer batch left must be overwritten.
        assembler.Fill(batch, [0, 0, 0]);
        assembler.Fill(batch, [0, 1]);

        float first = isWeighted ? 3 : 1,
            second = isWeighted ? 5 : 1;
        Assert.That((batch.LabelWidth, batch.Items), Is.EqualTo((2, 6)));
        Assert.That(batch.Labels[..12], Is.EqualTo(new[] { first, 0, 0, second, 0, 0, 0, 0, first, second, 0, 0 }));
        Assert.That(batch.Weights[..6], Is.EqualTo(new[] { 0.5f, 2, 0, 0, 0.5f, 0 }));
        Assert.That(store.Classes(0), Is.EqualTo(new[] { 0, 0, 1 }));
        Assert.That((store.LabelledItems(0), store.LabelledItems(1)), Is.EqualTo((2, 1)));
    }

    [Test]
    public void Every_width_is_standardised_alike([Values(1, 2, 3, 7, 8, 9, 12, 16, 17, 33)] int features)
    {
        SequenceStore store = Stores.OfLengths(features, Stores.OddLengths);
        FeatureScaling scaling = new(
            [.. Enumerable.Range(0, features).Select(f => 0.3f * f)],
            [.. Enumerable.Range(0, features).Select(f => 0.7f + f)]
        );
        int[] rows = [.. Enumerable.Range(0, store.Count)];
        var batch = new MiniBatch();

        new BatchAssembler(store, Encoders.Of(scaling), labels: null).Fill(batch, rows);

        for (int b = 0; b < rows.Length; b++)
        for (int t = 0; t < batch.MaxLength; t++)
        for (int f = 0; f < features; f++)
            Assert.That(
                batch.Steps[(t * batch.Count + b) * features + f],
                Is.EqualTo(t < batch.Lengths[b] ? (Stores.Value(b, t, f) - scaling.Mean[f]) / scaling.Deviation[f] : 0f)
            );
    }

    [Test]
    public void Tokens_used_again_leave_nothing_behind()
    {
        var store = new SequenceStore(features: 0, labelWidth: 1);
        store.Add(SequenceView.OfTokens([4, 5, 6]), [0], 1);
        store.Add(SequenceView.OfTokens([7, 8, 9]), [1], 1);
        store.Add(SequenceView.OfTokens([1]), [1], 1);
        store.Add(SequenceView.OfTokens([2, 3]), [1], 1);
        var assembler = new BatchAssembler(store, encoder: null, labels: null);
        var batch = new MiniBatch();

        assembler.Fill(batch, [0, 1]);
        assembler.Fill(batch, [2, 3]);

        Assert.That(batch.Tokens.Take(4), Is.EqualTo(new[] { 1, 2, 0, 3 }));
    }

    [Test]
    public void Tokens_are_time_major()
    {
        var store = new SequenceStore(features: 0, labelWidth: 1);
        store.Add(SequenceView.OfTokens([4, 5]), [0], 1);
        store.Add(SequenceView.OfTokens([6, 7, 8]), [1], 1);
        var batch = new MiniBatch();

        new BatchAssembler(store, encoder: null, labels: null).Fill(batch, [0, 1]);

        Assert.That((batch.MaxLength, batch.Features), Is.EqualTo((3, 0)));
        Assert.That(batch.Tokens, Is.EqualTo(new[] { 4, 6, 5, 7, 0, 8 }));
        Assert.That(batch.Steps, Is.Empty);
    }

    [Test]
    public void A_batch_used_again_keeps_its_arrays_and_nothing_of_the_rows_before()
    {
        SequenceStore store = Stores.OfLengths(2, 9, 8, 3, 1);
        var assembler = new BatchAssembler(store, encoder: null, labels: null);
        MiniBatch batch = new(),
            fresh = new();
        assembler.Fill(batch, [0, 1]);
        float[] steps = batch.Steps;

        assembler.Fill(batch, [3, 2]);
        assembler.Fill(fresh, [3, 2]);

        Assert.That(batch.Steps, Is.SameAs(steps));
        Assert.That((batch.Count, batch.MaxLength), Is.EqualTo((2, 3)));
        Assert.That(batch.Steps.Take(3 * 2 * 2), Is.EqualTo(fresh.Steps));
        Assert.That(batch.Lengths.Take(2), Is.EqualTo(new[] { 1, 3 }));
    }

    [Test]
    public void Empty_sequences_still_make_a_batch_of_one_step()
    {
        MiniBatch batch = Filled(Stores.OfLengths(2, 0, 0), [0, 1]);

        Assert.That((batch.Count, batch.MaxLength, batch.IsEven), Is.EqualTo((2, 1, false)));
        Assert.That(batch.Lengths, Is.EqualTo(new[] { 0, 0 }));
        Assert.That(batch.Steps, Is.EqualTo(new float[4]));
    }

    [Test]
    public void Rows_of_one_length_are_even() => Assert.That(Filled(Stores.OfLengths(1, 4, 4, 4), [2, 0]).IsEven, Is.True);

    [Test]
    public void Steps_left_in_the_store_are_read_from_there([Values(1, 3, 16, 21)] int features, [Values] bool scaled)
    {
        SequenceStore store = Stores.OfLengths(features, 3, 0, 5);
        var scaling = scaled
            ? new FeatureScaling(
                [.. Enumerable.Range(0, features).Select(f => f / 10f)],
                [.. Enumerable.Range(1, features).Select(f => (float)f)]
            )
            : null;
        MiniBatch batch = new(),
            padded = new();
        float[] scratch = [];

        new BatchAssembler(store, Encoders.Of(scaling), labels: null) { LeavesStepsInStore = true }.Fill(batch, [2, 1, 0]);
        new BatchAssembler(store, Encoders.Of(scaling), labels: null).Fill(padded, [2, 1, 0]);

        Assert.That((batch.Steps, padded.Stored), Is.EqualTo((Array.Empty<float>(), (StoredSteps?)null)));
        Assert.That(batch.StoreRows, Is.EqualTo(new[] { 2, 1, 0 }));
        for (int b = 0; b < 3; b++)
            Assert.That(
                batch.Stored!.Read(batch.StoreRows[b], epoch: 0, ref scratch).ToArray(),
                Is.EqualTo(RandomNetwork.Steps(padded, b))
            );
    }

    private static MiniBatch Filled(SequenceStore store, int[] rows)
    {
        var batch = new MiniBatch();
        new BatchAssembler(store, encoder: null, labels: null).Fill(batch, rows);
        return batch;
    }
}
