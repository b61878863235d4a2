using NUnit.Framework;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

public class BracketTests
{
    // The table of Li et al., Hyperband (JMLR 18), for R = 81 and eta = 3, without the first bracket's first comparison.
    [Test]
    public void Of_81_epochs_they_are_those_of_Hyperband()
    {
        Bracket[] cycle = [.. Bracket.Of(SearchMethod.Hyperband, 81, folds: 1).Take(4)];

        Assert.That(cycle.Select(bracket => bracket.Trials), Is.EqualTo([27, 12, 6, 4]));
        Assert.That(
            cycle.Select(bracket => bracket.Rungs.Select(rung => rung.Epochs)),
            Is.EqualTo(new int[][] { [3, 9, 27, 81], [9, 27, 81], [27, 81], [81] })
        );
    }

    [Test]
    public void They_go_on_from_the_beginning()
    {
        Bracket[] cycles = [.. Bracket.Of(SearchMethod.Bohb, 27, folds: 1).Take(6)];

        Assert.That(cycles.Select(bracket => bracket.Trials), Is.EqualTo([27, 12, 6, 4, 27, 12]));
    }

    [TestCase(1, new[] { 1 })]
    [TestCase(2, new[] { 2 })]
    [TestCase(8, new[] { 3, 8 })]
    [TestCase(9, new[] { 1, 3, 9 })]
    [TestCase(27, new[] { 1, 3, 9, 27 })]
    [TestCase(243, new[] { 9, 27, 81, 243 })]
    [TestCase(100, new[] { 4, 12, 34, 100 })]
    public void The_last_comparison_is_at_the_end_of_training(int maxEpochs, int[] rungs)
    {
        Assert.That(
            Bracket.Of(SearchMethod.Hyperband, maxEpochs, folds: 1).First().Rungs,
            Is.EqualTo(rungs.Select(epochs => new Rung(epochs, 1)))
        );
    }

    [TestCase(1, new int[0])]
    [TestCase(8, new[] { 3 })]
    [TestCase(243, new[] { 9, 27, 81 })]
    public void With_folds_the_first_says_which_trials_are_worth_all(int maxEpochs, int[] ofTheFirst)
    {
        Bracket first = Bracket.Of(SearchMethod.Hyperband, maxEpochs, folds: 5).First();

        Assert.That(first.Rungs, Is.EqualTo([.. ofTheFirst.Select(epochs => new Rung(epochs, 1)), new Rung(maxEpochs, 5)]));
    }

    [Test]
    public void With_folds_the_last_bracket_trains_on_all_of_them_from_the_beginning()
    {
        Bracket[] cycle = [.. Bracket.Of(SearchMethod.Hyperband, 243, folds: 5).Take(4)];

        Assert.That(cycle.Select(bracket => bracket.Trials), Is.EqualTo([27, 12, 6, 4]));
        Assert.That(cycle[^1].Rungs, Is.EqualTo([new Rung(243, 5)]));
    }

    [Test]
    public void A_random_search_compares_at_the_end_alone([Values(1, 5)] int folds)
    {
        Assert.That(Bracket.Of(SearchMethod.Random, 81, folds).First().Rungs, Is.EqualTo([new Rung(81, folds)]));
    }

    [TestCase(27, 9)]
    [TestCase(12, 4)]
    [TestCase(5, 1)]
    [TestCase(2, 1)]
    [TestCase(1, 1)]
    public void A_third_goes_on_and_one_at_least(int trials, int survivors)
    {
        Assert.That(Bracket.Survivors(trials), Is.EqualTo(survivors));
    }
}
