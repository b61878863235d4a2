using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class ScalingLearnerTests
{
    private static SequenceStore Store(int features, int labelWidth, params (float[] Steps, float[] Label)[] rows)
    {
        var store = new SequenceStore(features, labelWidth);
        foreach (var (steps, label) in rows)
            store.Add(SequenceView.OfSteps(steps, features), label, 1);
        return store;
    }

    [Test]
    public void Learn_takes_mean_and_deviation_of_each_feature_over_all_steps()
    {
        SequenceStore store = Store(2, 1, ([1, 10, 2, 20], [0]), ([3, 60], [0]));

        FeatureScaling scaling = Encoders.Learn(SequenceSet.All(store));

        Assert.That(scaling.Mean, Is.EqualTo(new[] { 2f, 30f }));
        Assert.That(scaling.Deviation, Is.EqualTo(new[] { (float)Math.Sqrt(2 / 3.0), (float)Math.Sqrt(1400 / 3.0) }).Within(1e-6f));
        Assert.That(scaling.Width, Is.EqualTo(2));
    }

    [Test]
    public void Learn_sees_the_sets_rows_only()
    {
        SequenceStore store = Store(1, 1, ([1], [0]), ([1000], [0]), ([3], [0]));

        FeatureScaling scaling = Encoders.Learn(new SequenceSet(store, [0, 2]));

        Assert.That((scaling.Mean[0], scaling.Deviation[0]), Is.EqualTo((2f, 1f)));
    }

    [Test]
    public void A_feature_that_does_not_vary_has_deviation_1([Values(0f, 5f, 0.1f, -1e30f, 16_777_217f)] float value)
    {
        SequenceStore store = Store(1, 1, ([value, value, value], [0]), ([value], [0]));

        FeatureScaling scaling = Encoders.Learn(SequenceSet.All(store));

        Assert.That((scaling.Mean[0], scaling.Deviation[0]), Is.EqualTo((value, 1f)));
    }

    [Test]
    public void Large_offsets_and_large_values_lose_nothing()
    {
        SequenceStore far = Store(1, 1, ([1_000_000, 1_000_002], [0]));
        SequenceStore huge = Store(1, 1, ([3e38f, -3e38f], [0]));

        FeatureScaling ofFar = Encoders.Learn(SequenceSet.All(far)),
            ofHuge = Encoders.Learn(SequenceSet.All(huge));

        Assert.That((ofFar.Mean[0], ofFar.Deviation[0]), Is.EqualTo((1_000_001f, 1f)));
        Assert.That((ofHuge.Mean[0], ofHuge.Deviation[0]), Is.EqualTo((0f, 3e38f)));
    }

    [Test]
    public void LearnLabels_takes_each_target()
    {
        SequenceStore store = Store(1, 2, ([1], [1, 7]), ([1], [5, 7]));

        FeatureScaling scaling = ScalingLearner.LearnLabels(SequenceSet.All(store));

        Assert.That(scaling.Mean, Is.EqualTo(new[] { 3f, 7f }));
        Assert.That(scaling.Deviation, Is.EqualTo(new[] { 2f, 1f }));
    }
}
