using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class LossesTests
{
    private static object[][] Golden() =>
        [
            // log(e^1 + e^2 + e^3) = 3.4076059644443806
            [LossKind.CrossEntropy, new float[] { 1, 2, 3 }, new float[] { 0 }, 2.4076059644443806],
            [LossKind.CrossEntropy, new float[] { 1, 2, 3 }, new float[] { 2 }, 0.4076059644443806],
            [LossKind.CrossEntropy, new float[] { 1000, 0 }, new float[] { 1 }, 1000.0],
            [LossKind.CrossEntropy, new float[] { -1000, -1000 }, new float[] { 1 }, 0.6931471805599453],
            [LossKind.Logistic, new float[] { 0 }, new float[] { 1 }, 0.6931471805599453],
            [LossKind.Logistic, new float[] { 2 }, new float[] { 1 }, 0.1269280110429725],
            [LossKind.Logistic, new float[] { 2 }, new float[] { 0 }, 2.1269280110429727],
            [LossKind.Logistic, new float[] { -1000 }, new float[] { 1 }, 1000.0],
            [LossKind.Logistic, new float[] { 1000 }, new float[] { 1 }, 0.0],
            [LossKind.MultiLabel, new float[] { 2, 2 }, new float[] { 1, 0 }, 1.1269280110429726], // the mean of the two above
            [LossKind.MultiLabel, new float[] { 2, 0 }, new float[] { 3, 0 }, 0.5369656068444315], // (3 * 0.12693 + log 2) / 2
            [LossKind.MultiLabel, new float[] { -1000, 1000 }, new float[] { 1, 1 }, 500.0],
            [LossKind.Squared, new float[] { 1, 2 }, new float[] { 3, 2.5f }, 2.125],
            [LossKind.Absolute, new float[] { 1, 2 }, new float[] { 3, 2.5f }, 1.25],
            [LossKind.Huber, new float[] { 1, 2 }, new float[] { 3, 2.5f }, 0.8125], // (1.5 + 0.125) / 2
            [LossKind.Huber, new float[] { 0 }, new float[] { -1 }, 0.5],
        ];

    [TestCaseSource(nameof(Golden))]
    public void Of_is_the_loss_of_the_equations(object loss, float[] outputs, float[] label, double expected) =>
        Assert.That(LossRegistry.Of((LossKind)loss).Of(outputs, label), Is.EqualTo(expected).Within(1e-12));

    // Of the first target the errors are 1 and -1, of the second 2 and 0.
    [Test]
    public void The_quantile_loss_is_that_of_the_equations() =>
        Assert.That(
            LossRegistry.Of(LossKind.Quantile).Of([2, 4, 5, 7], [3, 7], quantiles: [0.25f, 0.75f]),
            Is.EqualTo((0.25 + 0.25 + 0.5 + 0) / 4).Within(1e-12)
        );

    [Test]
    public void A_target_that_is_not_known_is_no_error(
        [Values(LossKind.Squared, LossKind.Absolute, LossKind.Huber, LossKind.Quantile)] object loss
    )
    {
        float[] quantiles = [0.5f];
        double known = LossRegistry.Of((LossKind)loss).Of([1, 2], [2, 2], quantiles: quantiles);
        Assert.That(LossRegistry.Of((LossKind)loss).Of([1, 9], [2, float.NaN], quantiles: quantiles), Is.EqualTo(known).And.GreaterThan(0));
    }

    // log(e^1 + e^2 + e^3) = 3.4076059644443806; the mean output is 2.
    [TestCase(0, 2.3076059644443806)]
    [TestCase(2, 0.5076059644443806)]
    public void A_smoothed_label_is_partly_every_class(int label, double expected) =>
        Assert.That(LossRegistry.Of(LossKind.CrossEntropy).Of([1, 2, 3], [label], smoothing: 0.1f), Is.EqualTo(expected).Within(1e-7));

    [Test]
    public void Of_is_no_number_where_an_output_is_none([Values(float.NaN, float.PositiveInfinity)] float bad)
    {
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.CrossEntropy).Of([0, bad], [0])), Is.False);
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.CrossEntropy).Of([bad, 0], [0])), Is.False);
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.Logistic).Of([bad], [0])), Is.False);
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.MultiLabel).Of([0, bad], [1, 0])), Is.False);
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.Squared).Of([bad], [0])), Is.False);
        Assert.That(double.IsFinite(LossRegistry.Of(LossKind.Huber).Of([bad], [0])), Is.False);
    }

    [Test]
    public void Softmax_sums_to_1_and_is_stable()
    {
        var probabilities = new float[3];

        OutputUnits.Softmax([1, 2, 3], probabilities);
        Assert.That(probabilities, Is.EqualTo(new[] { 0.09003057f, 0.24472848f, 0.66524094f }).Within(1e-7f));

        OutputUnits.Softmax([1e4f, 1e4f, -1e4f], probabilities);
        Assert.That(probabilities, Is.EqualTo(new[] { 0.5f, 0.5f, 0f }));
    }

    [TestCase(0f, 0.5f)]
    [TestCase(2f, 0.8807971f)]
    [TestCase(-1000f, 0f)]
    [TestCase(1000f, 1f)]
    public void Sigmoid_is_stable(float logit, float expected) =>
        Assert.That(OutputUnits.Sigmoid(logit), Is.EqualTo(expected).Within(1e-7f));

    [Test]
    public void ArgMax_takes_the_first_of_equals() => Assert.That(OutputUnits.ArgMax([1, 3, 3, 2]), Is.EqualTo(1));
}
