using NUnit.Framework;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class ScheduledRateTests
{
    private static float[] Rates(LearningRateSchedule schedule, float highest, int steps)
    {
        var rate = new ScheduledRate(schedule, highest, steps);
        return [.. Enumerable.Range(0, steps).Select(step => rate.At(step))];
    }

    [Test]
    public void Constant_is_the_rate_throughout() => Assert.That(Rates(LearningRateSchedule.Constant, 0.01f, 5), Is.All.EqualTo(0.01f));

    // The figures of PyTorch's OneCycleLR(max_lr, total_steps), whose defaults are pct_start 0.3, div_factor 25, final_div_factor 1e4,
    // cosine.
    private static object[][] OneCycle() =>
        [
            [
                1f,
                new[]
                {
                    0.040000000000000036,
                    0.52,
                    1.0,
                    0.9504846320134737,
                    0.8117456539497631,
                    0.6112620219362893,
                    0.38874197806371075,
                    0.18825834605023697,
                    0.049519367986526286,
                    4e-06,
                },
            ],
            [
                0.01f,
                new[]
                {
                    0.0003999999999999993,
                    0.009805566273349588,
                    0.009190443762697106,
                    0.00672683836480545,
                    0.003577387757396571,
                    0.0009929679189326559,
                    4e-08,
                },
            ],
            [1f, new[] { 0.811745653949763, 4e-06 }],
            [1f, new[] { 4e-06 }],
        ];

    [TestCaseSource(nameof(OneCycle))]
    public void OneCycle_is_PyTorchs(float highest, double[] expected) =>
        Assert.That(Rates(LearningRateSchedule.OneCycle, highest, expected.Length), Is.EqualTo(expected).Within(1e-5).Percent);

    [Test]
    public void OneCycle_rises_for_three_tenths_of_the_steps_and_falls_after()
    {
        float[] rates = Rates(LearningRateSchedule.OneCycle, 1f, 1000);

        Assert.That(rates[..300], Is.Ordered.Ascending);
        Assert.That(rates[299..], Is.Ordered.Descending);
        Assert.That((rates[0], rates[299], rates[999]), Is.EqualTo((0.04f, 1f, 4e-6f)));
    }

    [Test]
    public void Cosine_is_half_a_cosine() =>
        Assert.That(
            Rates(LearningRateSchedule.Cosine, 1f, 8),
            Is.EqualTo(
                    new[]
                    {
                        1.0,
                        0.9619397662556434,
                        0.8535533905932737,
                        0.6913417161825449,
                        0.5,
                        0.30865828381745514,
                        0.14644660940672627,
                        0.03806023374435663,
                    }
                )
                .Within(1e-5)
                .Percent
        );

    // The figures of PyTorch's ExponentialLR(gamma=0.9), stepped once an epoch.
    [Test]
    public void Exponential_falls_by_the_same_share_from_epoch_to_epoch()
    {
        var rate = new ScheduledRate(LearningRateSchedule.Exponential, 0.01f, totalSteps: 12) { Decay = 0.9, StepsPerEpoch = 3 };
        Assert.That(
            Enumerable.Range(0, 12).Select(step => rate.At(step)),
            Is.EqualTo(
                    new[]
                    {
                        0.01,
                        0.01,
                        0.01,
                        0.009000000000000001,
                        0.009000000000000001,
                        0.009000000000000001,
                        0.008100000000000001,
                        0.008100000000000001,
                        0.008100000000000001,
                        0.007290000000000001,
                        0.007290000000000001,
                        0.007290000000000001,
                    }
                )
                .Within(1e-5)
                .Percent
        );
    }

    private static float AfterEpochs(params double[] losses)
    {
        var rate = new ScheduledRate(LearningRateSchedule.ReduceOnPlateau, 1f, totalSteps: 1);
        foreach (double loss in losses)
            rate.EpochDone(loss);
        return rate.At(0);
    }

    private static double[] Flat(int epochs) => [.. Enumerable.Repeat(1.0, epochs)];

    [Test]
    public void ReduceOnPlateau_waits_for_more_than_10_epochs()
    {
        Assert.That(AfterEpochs([1, .. Flat(10)]), Is.EqualTo(1f));
        Assert.That(AfterEpochs([1, .. Flat(11)]), Is.EqualTo(0.1f));
        Assert.That(AfterEpochs([1, .. Flat(21)]), Is.EqualTo(0.1f));
        Assert.That(AfterEpochs([1, .. Flat(22)]), Is.EqualTo(0.01f).Within(1e-8f));
    }

    [Test]
    public void ReduceOnPlateau_starts_to_count_again_at_a_better_loss()
    {
        Assert.That(AfterEpochs([1, .. Flat(10), 0.9, .. Flat(10)]), Is.EqualTo(1f));
        Assert.That(AfterEpochs([1, .. Flat(10), 0.9, .. Flat(11)]), Is.EqualTo(0.1f));
    }

    [Test]
    public void ReduceOnPlateau_does_not_take_a_hair_for_better() => Assert.That(AfterEpochs([1, .. Flat(10), 0.99995]), Is.EqualTo(0.1f));
}
