using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>
/// RnnMlNet.Runtime.Tests for linux-arm64, run by emulation (eng/run-arm64.sh): the kernels with AdvSimd, scores, streams, refused files.
/// </summary>
public class Arm64Tests
{
    // Exit code of the script where it cannot fetch what it needs; its message states the reason.
    private const int Missing = 3;

    // Categories of RnnMlNet.Runtime.Tests: what takes an emulated processor minutes, and vectors that Arm64 does not have.
    private const string LeftOut = "TestCategory!=Slow&TestCategory!=Wide";

    [Test]
    public void The_tests_of_the_runtime_pass_on_Arm64()
    {
        string script = Path.Combine(TestPaths.RepositoryRoot, "eng", "run-arm64.sh");
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("Programs for linux-arm64 are emulated on Linux only.");
        ProgramRun prepared = ProgramRun.Of("sh", [script]);
        if (prepared.ExitCode == Missing)
            Assert.Ignore(prepared.Errors);
        Assert.That(prepared.ExitCode, Is.Zero, prepared.Errors);

        using var folder = new TemporaryFolder();
        string program = Publish(folder.PathOf("tests"));
        ProgramRun run = ProgramRun.Of("sh", [script, program, "--filter", LeftOut, "--output", "Detailed", "--no-ansi", "--no-progress"]);

        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        Assert.That(run.Output, Does.Contain("(net10.0|arm64)"));
        Assert.That(run.Output, Does.Contain("passed Kernels_on_Arm64_use_AdvSimd"));
        foreach (
            string kind in new[]
            {
                "A_step_of_rows(Lstm",
                "The_answer_after_a_step",
                "A_saved_state_goes_on_to_the_bit",
                "Whatever_byte_is_changed",
            }
        )
            Assert.That(run.Output, Does.Contain($"passed {kind}"));
        int passed = int.Parse(Regex.Match(run.Output, @"succeeded: (\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.That(passed, Is.GreaterThan(500));
    }

    private static string Publish(string folder)
    {
        string project = Path.Combine(TestPaths.RepositoryRoot, "tests", "RnnMlNet.Runtime.Tests");
        ProgramRun run = ProgramRun.Of(
            Environment.ProcessPath!,
            [
                "publish",
                project,
                "-c",
                "Release",
                "-r",
                "linux-arm64",
                "--self-contained",
                "-p:UseAppHost=true",
                "-p:PublishReadyToRun=true",
                "-o",
                folder,
                "-v:q",
            ]
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        return Path.Combine(folder, "RnnMlNet.Runtime.Tests");
    }
}
