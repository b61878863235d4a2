using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Benchmarks;

/// <summary>benchmarks/Accuracy as a program: its output and its exit code.</summary>
[TestFixture]
public class AccuracyProgramTests
{
    private static readonly string _program = TestPaths.Program("benchmarks", "Accuracy");

    [Test]
    public void Without_data_there_is_nothing_to_check()
    {
        ChildResult result = ChildProcess.Run(_program, "--check", "--data", Path.Combine(Path.GetTempPath(), "no such folder"));
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(
            result.Output,
            Does.StartWith("There is no folder shared/data beside the repository: nothing to measure. Name it with --data.")
        );
    }

    [Test]
    public void A_bar_that_is_met()
    {
        string data = Path.GetDirectoryName(Path.GetDirectoryName(SharedData.Require("ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts")))!;
        string output = ChildProcess.RunWell(_program, "--check", "--only", "ItalyPowerDemand", "--seeds", "1", "--data", data);
        Assert.That(
            output,
            Does.Match(@"ItalyPowerDemand +series +accuracy +0\.9[5-9].* >= 0\.955 met .*67/1029, T 24, F 1, 2 classes; LSTM-FCN \.963")
        );
    }

    [Test]
    public void A_forecasters_bar_that_is_met()
    {
        string data = Path.GetDirectoryName(Path.GetDirectoryName(SharedData.Require("ETTh1/ETTh1.csv")))!;
        string output = ChildProcess.RunWell(
            _program,
            "--check",
            "--only",
            "ETTh1 OT h24,ETTh1 OT coverage",
            "--seeds",
            "1",
            "--data",
            data
        );
        Assert.That(
            output,
            Does.Match(
                @"ETTh1 OT h24 +forecast MSE +0\.0[23].* <= 0\.034 met .*8640/2880/2880 hours, OT alone; measured here: last value "
                    + @"0\.034, seasonal naive 0\.046"
            )
        );
        Assert.That(output, Does.Match(@"ETTh1 OT coverage forecast 95 % .* >= 0\.93 met"));
        Assert.That(output, Does.Match(@"ETTh1 OT coverage forecast 95 % .* <= 0\.97 met"));
    }
}
