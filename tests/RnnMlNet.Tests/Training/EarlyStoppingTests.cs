using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class EarlyStoppingTests
{
    /// <summary>The epoch after which it is due, 1 for the first; 0 for never.</summary>
    private static int DueAfter(int patience, double minDelta, params double[] losses)
    {
        var stopping = new EarlyStopping(patience, minDelta);
        for (int epoch = 1; epoch <= losses.Length; epoch++)
        {
            stopping.EpochDone(losses[epoch - 1]);
            if (stopping.IsDue)
                return epoch;
        }
        return 0;
    }

    [Test]
    public void It_is_due_when_the_patience_is_used_up()
    {
        Assert.That(DueAfter(2, 0, 5, 4, 4.5, 4.2, 1), Is.EqualTo(4));
        Assert.That(DueAfter(1, 0, 5, 4, 4.5), Is.EqualTo(3));
    }

    [Test]
    public void A_better_loss_starts_the_patience_again() => Assert.That(DueAfter(2, 0, 5, 6, 4, 6, 3, 6), Is.Zero);

    [Test]
    public void An_equal_loss_is_not_better() => Assert.That(DueAfter(2, 0, 5, 5, 5), Is.EqualTo(3));

    [Test]
    public void A_loss_must_be_lower_by_more_than_the_delta() => Assert.That(DueAfter(2, 0.5, 5, 4.6, 4.5), Is.EqualTo(3));

    [Test]
    public void Small_steps_downwards_add_up() => Assert.That(DueAfter(2, 0.5, 5, 4.6, 4.2, 3.9, 3.6, 3.2), Is.Zero);

    [Test]
    public void No_patience_never_ends_it() => Assert.That(DueAfter(0, 0, 1, 2, 3, 4, 5), Is.Zero);

    [Test]
    public void The_best_epoch_is_the_first_of_the_lowest_loss_and_only_its_weights_are_asked_for()
    {
        var best = new BestEpoch();
        var asked = new List<int>();
        double[] losses = [5, 4, 4.5, 3.999, 3.999, 7];

        bool[] isBest =
        [
            .. losses.Select(
                (loss, i) =>
                    best.Offer(
                        i + 1,
                        loss,
                        () =>
                        {
                            asked.Add(i + 1);
                            return new NetworkWeights([]);
                        }
                    )
            ),
        ];

        Assert.That(isBest, Is.EqualTo(new[] { true, true, false, true, false, false }));
        Assert.That(asked, Is.EqualTo(new[] { 1, 2, 4 }));
        Assert.That(best.Epoch, Is.EqualTo(4));
    }
}
