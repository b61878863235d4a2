using NUnit.Framework;
using Scoring;
using Shared;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class ScoringBarsTests
{
    [Test]
    public void Every_case_has_its_bars()
    {
        var bars = Case.All("").Select(@case => (@case.Name, Bars.Single(@case), Bars.Batch(@case))).ToArray();

        Assert.That(bars, Has.Length.EqualTo(12));
        Assert.That(bars[0], Is.EqualTo(("Lstm 8,32,24", .25, .25)));
        Assert.That(bars[6], Is.EqualTo(("Gru 12,128,100", .4, .5)));
        Assert.That(bars[11], Is.EqualTo(("Elman 64,256,100", .4, .6)));
    }

    [Test]
    public void Cases_are_found_by_part_of_their_name()
    {
        Assert.That(Case.All("gru 8").Select(@case => @case.Name), Is.EqualTo(new[] { "Gru 8,32,24", "Gru 8,64,50" }));
    }

    [Test]
    public void Bars_that_are_met()
    {
        var verdict = new Verdict();
        Assert.That(verdict.AtLeast(2.5, 2.5, "speed"), Is.EqualTo(" 2.50 met   "));
        Assert.That(verdict.AtMost(200, 200, "start"), Is.EqualTo("200 met   "));
        Assert.That(verdict.ToString(), Is.EqualTo("Bars met: 2 of 2."));
        Assert.That(verdict.ExitCode(check: true), Is.Zero);
    }

    [Test]
    public void Bars_that_are_missed()
    {
        var verdict = new Verdict();
        Assert.That(verdict.AtLeast(2.5, 2.49, "speed"), Is.EqualTo(" 2.50 MISSED"));
        Assert.That(verdict.AtMost(200, 200.1, "start"), Is.EqualTo("200 MISSED"));
        verdict.AtLeast(1, 2, "more");
        Assert.That(verdict.ToString(), Is.EqualTo("Bars met: 1 of 3; MISSED: speed 2.49, bar 2.50; start 200.1, at most 200."));
        Assert.That(verdict.ExitCode(check: true), Is.EqualTo(1));
        Assert.That(verdict.ExitCode(check: false), Is.Zero);
    }
}
