using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The thresholds of labels that are chosen on held-out rows.</summary>
[TestFixture]
public class LabelThresholdsTests
{
    [Test]
    public void A_threshold_gives_the_highest_F1_of_all([Values(1, 2, 3)] int seed, [Values] bool weighted)
    {
        HeldOutRow[] rows = Rows(seed, count: 200, labels: 3, weighted);

        float[] thresholds = LabelThresholds.Of(rows, labels: 3);

        for (int label = 0; label < 3; label++)
        {
            double best = rows.SelectMany(row => new[] { row.Logits[label] - 1e-4f, row.Logits[label] + 1e-4f })
                .Max(threshold => F1(rows, label, threshold));
            Assert.That(F1(rows, label, thresholds[label]), Is.EqualTo(best).Within(1e-12));
        }
    }

    [Test]
    public void It_is_halfway_between_two_logits()
    {
        HeldOutRow[] rows =
        [
            .. Enumerable.Range(0, 12).Select(i => new HeldOutRow([2 + i], [1], 1)),
            .. Enumerable.Range(0, 12).Select(i => new HeldOutRow([1 - i], [0], 1)),
        ];
        Assert.That(LabelThresholds.Of(rows, 1), Is.EqualTo(new[] { 1.5f }));
        Assert.That(LabelThresholds.Of(rows, 1, temperature: 2), Is.EqualTo(new[] { 0.75f }), "of the divided logits");
    }

    // The second label has 9 rows, which its own logits separate at 5; the first one's threshold is far from that.
    [Test]
    public void A_rare_label_has_the_threshold_of_all_labels_together()
    {
        HeldOutRow[] rows =
        [
            .. Enumerable.Range(0, 100).Select(i => new HeldOutRow([i < 50 ? -1 : -3, i < 9 ? 6 : -4], [i < 50 ? 1 : 0, i < 9 ? 1 : 0], 1)),
        ];
        Assert.That(LabelThresholds.Of(rows, 2), Is.EqualTo(new[] { -2f, -2f }));
    }

    [Test]
    public void Without_any_label_it_is_one_half() =>
        Assert.That(LabelThresholds.Of([new HeldOutRow([1, 2], [0, 0], 1)], 2), Is.EqualTo(new[] { 0f, 0f }));

    [Test]
    public void Rows_that_are_not_finite_or_have_no_weight_do_not_count()
    {
        HeldOutRow[] rows = Rows(seed: 1, count: 100, labels: 1, weighted: false);
        HeldOutRow[] more = [.. rows, new([float.NaN], [1], 1), new([-9], [1], 0)];
        Assert.That(LabelThresholds.Of(more, 1), Is.EqualTo(LabelThresholds.Of(rows, 1)));
    }

    [TestCase(null, 0f)]
    [TestCase(0.5f, 0f)]
    [TestCase(0.8f, 1.3862944f)]
    public void A_fixed_one_is_the_logit_of_its_probability(float? probability, float logit)
    {
        Assert.That(LabelThresholds.Fixed(probability, 2), Is.EqualTo(new[] { logit, logit }).Within(1e-6));
        Assert.That(OutputUnits.Sigmoid(logit), Is.EqualTo(probability ?? 0.5f).Within(1e-6));
    }

    private static double F1(HeldOutRow[] rows, int label, float threshold)
    {
        double right = rows.Where(row => row.Logits[label] > threshold && row.Labels[label] > 0).Sum(row => (double)row.Weight),
            predicted = rows.Where(row => row.Logits[label] > threshold).Sum(row => (double)row.Weight),
            support = rows.Where(row => row.Labels[label] > 0).Sum(row => (double)row.Weight);
        return predicted + support == 0 ? 0 : 2 * right / (predicted + support);
    }

    // Equal logits among them.
    private static HeldOutRow[] Rows(int seed, int count, int labels, bool weighted)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    float[] logits = [.. Enumerable.Range(0, labels).Select(_ => MathF.Round(6 * random.NextSingle() - 4, 1))];
                    float[] set = [.. logits.Select(logit => random.NextSingle() < OutputUnits.Sigmoid(logit) ? 1f : 0)];
                    return new HeldOutRow(logits, set, weighted ? 0.5f + random.NextSingle() : 1);
                }),
        ];
    }
}
