using System.Runtime.Versioning;
using NUnit.Framework;
using RnnMlNet.Engines.Torch;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Benchmarks;

/// <summary>
/// benchmarks/Training as a program: its output and its exit code. Its times are not checked here, and the long parts not run.
/// </summary>
[TestFixture]
public class TrainingProgramTests
{
    private static readonly string _program = TestPaths.Program("benchmarks", "Training");

    [Test]
    public void An_argument_that_it_does_not_know()
    {
        ChildResult result = ChildProcess.Run(_program, "--fast");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.StartWith("Unrecognized command or argument '--fast'."));
        Assert.That(result.Output, Does.Contain("--part <part>"));
    }

    [Test]
    public void A_row_of_the_table_for_each_batch_size()
    {
        string output = ChildProcess.RunWell(_program, "--part", "step", "--only", "Elman 8,32", "--rounds", "1", "--ms", "1");
        foreach (int batchSize in new[] { 32, 64 })
            Assert.That(
                output,
                Does.Match(
                    $@"\| 8, 32, 24 \| Elman \| {batchSize} (\| \d+ ){{3}}\| \d+\.\d\dx \| 1\.00 (met|MISSED) \| \d+\.\d\d \| 0\.20 "
                        + $@"(met|MISSED) \| \d\.\d\d \| 0\.90 (met|MISSED) \| [12] threads?, (one-pass )?Adam.* \|"
                )
            );
        Assert.That(output, Does.Match(@"Bars met: \d of 6[.;]"));
    }

    [Test]
    public void Sentences_of_words()
    {
        string output = ChildProcess.RunWell(
            _program,
            "--part",
            "words",
            "--only",
            "Gru 1000 words",
            "--rows",
            "512",
            "--rounds",
            "1",
            "--ms",
            "1"
        );
        Assert.That(output, Does.Match(@"\| 1,000 \| Gru (\| [1-9]\d* ){2}\| \d+\.\d\dx \| 1\.00 (met|MISSED) \|"));
        Assert.That(output, Does.Match(@"Bars met: \d of 1[.;]"));
    }

    [Test]
    public void One_thread_and_two()
    {
        string output = ChildProcess.RunWell(_program, "--part", "threads", "--only", "Elman 8,32", "--rounds", "1", "--ms", "1");
        Assert.That(output, Does.Match(@"\| 8, 32, 24 \| Elman \| 64 (\| \d+ ){2}\| \d\.\d\dx \| 1\.80 (met|MISSED) \|"));
    }

    [Test, Platform("Linux")]
    public void Sequences_in_memory_and_in_a_file_have_the_same_loss()
    {
        string output = ChildProcess.RunWell(_program, "--part", "memory", "--mib", "16");
        Assert.That(output, Does.Match(@"\| 4 \| all \| (\d\.\d+) \| \d+\.\d \| \d+ \| 700 met \|\n\| 4 \| 1 \| \1 \| "));
        Assert.That(output, Does.Match(@"\| 16 \| 4 \| \d\.\d+ \| \d+\.\d \| \d+ \| 700 met \|"));
        Assert.That(output, Does.Contain("Digits of the loss that differ between memory and file: 0 met"));
    }

    [Test, Platform("Linux")]
    public void Long_rows_have_the_same_loss_however_they_are_trained()
    {
        string output = ChildProcess.RunWell(_program, "--part", "long", "--steps", "400", "--rounds", "1");
        Assert.That(output, Does.Match(@"\| 400 \| \d+ \| \d+ \| 1024 met \| \d+ \| \d+ \| \d\.\d\dx \| 0\.71 (met|MISSED) \| 0 met \|"));
        Assert.That(output, Does.Match(@"Fit of both directions on 32 rows of 400 steps, .*: \d+ MiB at most, bar 1024 met"));
    }

    /// <summary>A program in place of python: it prints how it was started, and answers every request with 4 microseconds a row.</summary>
    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win", Reason = "The program is a shell script.")]
    public void Torch_on_a_device_and_PyTorch_beside_it()
    {
        using var folder = new TemporaryFolder();
        string python = folder.PathOf("python"),
            said = folder.PathOf("said");
        File.WriteAllText(
            python,
            $"#!/bin/sh\necho \"$@\" > '{said}'\nwhile read question; do echo \"$question\" >> '{said}'; echo 4.0; done\n"
        );
        File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        string output = ChildProcess.RunWell(
            _program,
            "--part",
            "device",
            "--device",
            "cpu",
            "--only",
            "Gru 8,32",
            "--rounds",
            "1",
            "--ms",
            "1",
            "--rows",
            "512",
            "--python",
            python
        );

        Assert.That(output, Does.Contain("Rows a second on cpu, B 256"));
        Assert.That(output, Does.Contain("| PyTorch, 32-bit | PyTorch, TensorFloat-32 | PyTorch, bfloat16 |"));
        Assert.That(
            output,
            Does.Match(@"\| 8, 32, 24 \| Gru (\| [1-9]\d* ){6}\| 250000 \| 250000 \| 250000 \| \d+\.\d\dx \| 1\.00 (met|MISSED) \|")
        );
        Assert.That(output, Does.Match(@"\| 8, 32 \| Gru (\| [1-9]\d* ){3}\|"));
        Assert.That(output, Does.Match(@"Bars met: \d of 1[.;]"));
        string[] lines = File.ReadAllLines(said);
        Assert.That(lines[0], Does.EndWith("pytorch_peer.py Gru 8 32 24 256 2 cpu"));
        Assert.That(lines[1..4], Is.EqualTo(new[] { "turn Full 4", "turn TensorFloat32 4", "turn BFloat16 4" }));
    }

    [Test]
    public void A_device_that_is_not_there()
    {
        Assume.That(TorchDevice.WhyNot("cuda"), Is.Not.Null, "This machine has a CUDA device.");
        ChildResult result = ChildProcess.Run(_program, "--part", "device");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Match("^--device is cuda, but this machine has [a-z]+\\."));
    }
}
