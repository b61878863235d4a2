using NUnit.Framework;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

public class SearchScaleTests
{
    // 81 epochs and 5 folds: 3 starts cost 1215; of 27 trials all go to epoch 3, 9 to 9, 3 to 27, and one to 81 of five folds: 81 + 54 + 54
    // + 378.
    [TestCase(SearchMethod.Bohb, 5, 1782)]
    [TestCase(SearchMethod.Hyperband, 1, 243 + 81 + 54 + 54 + 54)]
    [TestCase(SearchMethod.Random, 5, (3 + 6) * 405)]
    public void A_search_costs_its_starts_and_its_first_bracket(SearchMethod method, int folds, double epochs)
    {
        Assert.That(Rules(method).Cost(new SearchScale(folds, 81)), Is.EqualTo(epochs));
    }

    [Test]
    public void Few_models_cost_less()
    {
        Assert.That((Rules() with { MaxModels = 2 }).Cost(new SearchScale(5, 81)), Is.EqualTo(2 * 405));
        Assert.That((Rules() with { MaxModels = 4 }).Cost(new SearchScale(5, 81)), Is.EqualTo((3 * 405) + 405));
    }

    [TestCase(1782, 1, 5, 81)]
    [TestCase(1781, 1, 3, 81)]
    [TestCase(1100, 1, 2, 81)]
    [TestCase(486, 1, 1, 81)]
    [TestCase(243, 1, 1, 40)]
    [TestCase(60, 1, 1, 9)]
    [TestCase(891, 2, 5, 81)]
    // A training to its end is no faster on more machines.
    [TestCase(100, 64, 5, 50)]
    [TestCase(6, 64, 5, 3)]
    // Not even three epochs: nothing is gained by dropping any.
    [TestCase(5, 1, 5, 81)]
    [TestCase(0, 1, 5, 81)]
    public void Folds_are_dropped_first_then_epochs(double epochs, int slots, int folds, int maxEpochs)
    {
        Assert.That(SearchScale.Fitting(new SearchScale(5, 81), Rules(), epochs, slots), Is.EqualTo(new SearchScale(folds, maxEpochs)));
    }

    [Test]
    public void What_is_the_users_own_stays()
    {
        var whole = new SearchScale(5, 81);
        Assert.That(SearchScale.Fitting(whole, Rules() with { MayDropFolds = false }, 200, 1).Folds, Is.EqualTo(5));
        Assert.That(SearchScale.Fitting(whole, Rules() with { MayDropEpochs = false }, 200, 1), Is.EqualTo(new SearchScale(1, 81)));
        Assert.That(SearchScale.Fitting(whole, Rules() with { MayDropFolds = false, MayDropEpochs = false }, 1, 1), Is.EqualTo(whole));
    }

    [Test]
    public void Small_scales_stay_within_themselves(
        [Values(0, 1, 3, 10, 1e9, double.PositiveInfinity)] double epochs,
        [Values(1, 64)] int slots
    )
    {
        foreach (int folds in new[] { 1, 2, 5 })
        foreach (int maxEpochs in new[] { 1, 2, 3, 12 })
        {
            SearchScale scale = SearchScale.Fitting(new SearchScale(folds, maxEpochs), Rules(), epochs, slots);
            Assert.That(scale.Folds, Is.InRange(1, folds));
            Assert.That(scale.MaxEpochs, Is.InRange(Math.Min(3, maxEpochs), maxEpochs));
        }
    }

    private static ScaleRules Rules(SearchMethod method = SearchMethod.Bohb) =>
        new(method, 3, int.MaxValue, MayDropFolds: true, MayDropEpochs: true);
}
