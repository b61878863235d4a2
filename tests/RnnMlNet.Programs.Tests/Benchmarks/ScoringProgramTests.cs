using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Benchmarks;

/// <summary>benchmarks/Scoring as a program: its output and its exit code. Its times are not checked here.</summary>
[TestFixture]
public class ScoringProgramTests
{
    private static readonly string _program = TestPaths.Program("benchmarks", "Scoring");

    [Test]
    public void An_argument_that_it_does_not_know()
    {
        ChildResult result = ChildProcess.Run(_program, "--fast");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("Unrecognized command or argument '--fast'."));
        Assert.That(result.Output, Does.Contain("--part <part>"));
    }

    [Test]
    public void One_row()
    {
        string output = ChildProcess.RunWell(_program, "--part", "single", "--only", "Gru 8,32", "--rounds", "1", "--ms", "1");
        Assert.That(output, Does.Match(@"\d+ processors, vectors of (128|256|512) bits, \.NET 10\."));
        Assert.That(output, Does.Match(@"Gru 8,32,24( +\d+\.\d\d){5}  1\.00 (met|MISSED) +\d+\.\d\d +\d+\.\d\d  0\.25 (met|MISSED)"));
        Assert.That(output, Does.Match(@"Bars met: (2 of 2\.|[01] of 2; MISSED: Gru 8,32,24 Predict)"));
    }

    [Test]
    public void Batches()
    {
        string output = ChildProcess.RunWell(
            _program,
            "--part",
            "batch",
            "--only",
            "Elman 8,32",
            "--rounds",
            "1",
            "--ms",
            "1",
            "--rows",
            "300"
        );
        Assert.That(
            output,
            Does.Match(
                @"Elman 8,32,24( +\d+\.\d\d\d){6}( +\d+\.\d\d){2}  1\.00 (met|MISSED) +\d+\.\d\d  0\.15 "
                    + @"(met|MISSED) +\d\.\d\d  0\.85 (met|MISSED)"
            )
        );
    }

    [Test]
    public void Cold_programs_predict_the_same()
    {
        string output = ChildProcess.RunWell(_program, "--part", "cold", "--rounds", "1");
        foreach (string kind in new[] { ".NET alone", "ML.NET, CopyColumns", "RnnMlNet", "ONNX Runtime", "TorchSharp" })
            Assert.That(output, Does.Match($@"{kind} +\d+"));
    }

    [Test]
    public void A_short_soak()
    {
        string output = ChildProcess.RunWell(_program, "--part", "soak", "--predictions", "2000");
        Assert.That(output, Does.Match(@"scores that differ +0   at most 0 met"));
    }
}
