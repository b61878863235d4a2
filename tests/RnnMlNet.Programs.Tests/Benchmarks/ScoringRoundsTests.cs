using NUnit.Framework;
using Scoring;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class ScoringRoundsTests
{
    [Test]
    public void Peers_take_turns_and_are_disposed_of()
    {
        var log = new List<string>();
        Peer a = new("a", 1, log),
            b = new("b", 1, log);

        (double[] times, double[] processor) = PeerRounds.Measure([a, b], rounds: 2, milliseconds: 0, Processor);
        double Processor(double milliseconds)
        {
            log.Add("peak");
            return 7;
        }

        Assert.That(
            log,
            Is.EqualTo(new[] { "a", "b", "peak", "a", "b", "peak", "a", "b", "peak", "a", "b", "peak", "a ends", "b ends" }),
            "Two rounds to warm up, then two."
        );
        Assert.That(times, Has.Length.EqualTo(2).And.All.Positive);
        Assert.That(processor, Is.EqualTo(new[] { 7.0 }));
    }

    [Test]
    public void Peers_that_do_not_score_the_same_are_not_compared()
    {
        Peer a = new("a", 1, []),
            b = new("b", 2, []);
        Assert.That(
            () => PeerRounds.Measure([a, b], rounds: 1, milliseconds: 0),
            Throws.InvalidOperationException.With.Message.EqualTo("The peers do not score the same: a 1, b 2.")
        );
    }

    private sealed class Peer(string name, int @class, List<string> log) : IPeer
    {
        public string Name => name;

        public int FirstClass => @class;

        public int Run()
        {
            log.Add(name);
            // A turn that the clock can tell from none.
            Thread.Sleep(1);
            return 10;
        }

        public void Dispose() => log.Add($"{name} ends");
    }
}
