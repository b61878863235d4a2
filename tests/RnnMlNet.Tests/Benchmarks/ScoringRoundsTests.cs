using NUnit.Framework;
using Scoring;
using Shared;

namespace RnnMlNet.Tests.Benchmarks;

[TestFixture]
public class ScoringRoundsTests
{
    [TestCase(2.0, 3.0, 1.0, 2.0)]
    [TestCase(2.5, 4.0, 1.0, 2.0, 3.0)]
    [TestCase(7.0, 7.0)]
    public void The_median(double median, params double[] values)
    {
        Assert.That(Rounds.Median(values), Is.EqualTo(median));
    }

    [TestCase(9, 0.5, 9)]
    [TestCase(9, 4, 5)]
    [TestCase(9, 60, 3)]
    [TestCase(1, 60, 1)]
    public void Rounds_that_take_long_are_fewer(int asked, double seconds, int measured)
    {
        Assert.That(Rounds.Turns(asked, TimeSpan.FromSeconds(seconds)), Is.EqualTo(measured));
    }

    [Test]
    public void Peers_take_turns_and_are_disposed_of()
    {
        var log = new List<string>();
        Peer a = new("a", 1, log), b = new("b", 1, log);

        double[] times = PeerRounds.Measure([a, b], rounds: 2, milliseconds: 0);

        Assert.That(log, Is.EqualTo(new[] { "a", "b", "a", "b", "a", "b", "a", "b", "a ends", "b ends" }), "Two rounds to warm up, then two.");
        Assert.That(times, Has.Length.EqualTo(2).And.All.Positive);
    }

    [Test]
    public void Peers_that_do_not_score_the_same_are_not_compared()
    {
        Peer a = new("a", 1, []), b = new("b", 2, []);
        Assert.That(() => PeerRounds.Measure([a, b], rounds: 1, milliseconds: 0),
            Throws.InvalidOperationException.With.Message.EqualTo("The peers do not score the same: a 1, b 2."));
    }

    private sealed class Peer(string name, int @class, List<string> log) : IPeer
    {
        public string Name => name;

        public int FirstClass => @class;

        public int Run()
        {
            log.Add(name);
            return 10;
        }

        public void Dispose() => log.Add($"{name} ends");
    }
}
