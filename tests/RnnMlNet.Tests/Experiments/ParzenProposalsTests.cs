using NUnit.Framework;
using RnnMlNet.Experiments;

namespace RnnMlNet.Tests.Experiments;

public class ParzenProposalsTests
{
    private static readonly SearchSpace _space = new SearchSpace()
        .Choice("Cell", CellKind.Elman, CellKind.Gru, CellKind.Lstm)
        .Range("HeadDropout", 0, 0.5)
        .Range("LearningRate", 1e-4, 1e-1, isLogarithmic: true);

    // The best is a GRU without dropout at 1e-2.
    private static double Cost(Configuration configuration) =>
        ((CellKind)configuration.Values["Cell"] == CellKind.Gru ? 0 : 1)
        + (double)configuration.Values["HeadDropout"]
        + Math.Abs(Math.Log10((double)configuration.Values["LearningRate"]) + 2);

    [Test]
    public void What_it_proposes_after_some_trials_is_better_than_what_chance_does()
    {
        double Mean(Func<int, IProposals> proposals) =>
            Enumerable.Range(1, 10).Average(seed => Costs(proposals(seed), 60).Skip(30).Average());

        double parzen = Mean(seed => new ParzenProposals(_space, seed)),
            random = Mean(seed => new RandomProposals(_space, seed));

        Assert.That(parzen, Is.LessThan(0.6 * random));
    }

    [Test]
    public void Before_it_has_seen_enough_it_proposes_what_chance_does()
    {
        Observation[] few =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(number => new Observation(new RandomProposals(_space, 1).Propose(number, []), new Rung(3, 1), number)),
        ];
        var values = Enumerable.Range(10, 300).Select(number => new ParzenProposals(_space, 1).Propose(number, few).Values).ToArray();

        Assert.That(values.Count(value => (CellKind)value["Cell"] == CellKind.Elman), Is.InRange(70, 130));
        Assert.That(values.Count(value => (double)value["LearningRate"] < Math.Pow(10, -2.5)), Is.InRange(120, 180));
    }

    // By 3 epochs of a fold Elman looks best, by 9 it is the GRU; and by all folds, though of fewer epochs.
    [TestCase(9, 1)]
    [TestCase(1, 5)]
    public void It_looks_at_trials_that_were_compared_last_of_which_there_are_enough(int epochs, int folds)
    {
        var random = new RandomProposals(_space, 7);
        Observation[] seen =
        [
            .. Ranked(
                [.. Enumerable.Range(0, 40).Select(number => random.Propose(number, []))],
                new Rung(3, 1),
                configuration => (CellKind)configuration.Values["Cell"] == CellKind.Elman ? 0 : 1
            ),
            .. Ranked(
                [.. Enumerable.Range(40, 20).Select(number => random.Propose(number, []))],
                new Rung(epochs, folds),
                configuration => (CellKind)configuration.Values["Cell"] == CellKind.Gru ? 0 : 1
            ),
        ];
        var cells = Enumerable
            .Range(100, 200)
            .Select(number => (CellKind)new ParzenProposals(_space, 1).Propose(number, seen).Values["Cell"])
            .ToArray();

        Assert.That(cells.Count(cell => cell == CellKind.Gru), Is.GreaterThan(cells.Count(cell => cell == CellKind.Elman) + 50));
    }

    [Test]
    public void The_same_seed_number_and_trials_give_the_same()
    {
        Configuration[] first = [.. Proposed(seed: 3)],
            second = [.. Proposed(seed: 3)],
            other = [.. Proposed(seed: 4)];

        Assert.That(first.Select(one => one.ToString()), Is.EqualTo(second.Select(one => one.ToString())));
        Assert.That(first.Select(one => one.ToString()), Is.Not.EqualTo(other.Select(one => one.ToString())));
    }

    private static IEnumerable<double> Costs(IProposals proposals, int trials) => Trials(proposals, trials).Select(Cost);

    private static IEnumerable<Configuration> Proposed(int seed) => Trials(new ParzenProposals(_space, seed), 20);

    private static List<Configuration> Trials(IProposals proposals, int count)
    {
        var trials = new List<Configuration>();
        for (int number = 0; number < count; number++)
            trials.Add(proposals.Propose(number, Ranked(trials, new Rung(3, 1), Cost)));
        return trials;
    }

    private static Observation[] Ranked(IEnumerable<Configuration> configurations, Rung rung, Func<Configuration, double> cost) =>
        [.. configurations.OrderBy(cost).Select((configuration, rank) => new Observation(configuration, rung, rank))];
}
