using System.CommandLine;
using NUnit.Framework;
using Training;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class TrainingOptionsTests
{
    [Test]
    public void Without_arguments_all_but_memory_and_a_device_is_measured()
    {
        TrainingOptions options = Parse([]);
        Assert.That(options.Parts, Is.EqualTo(new[] { Part.Step, Part.Lengths, Part.Words, Part.Cells, Part.Threads, Part.Quickstart }));
        Assert.That(
            (options.Check, options.Rounds, options.Milliseconds, options.Mebibytes, options.Rows, options.Only),
            Is.EqualTo((false, 9, 120, 4096, (int?)null, ""))
        );
    }

    [Test]
    public void A_check_measures_everything_but_a_device()
    {
        Assert.That(
            Parse(["--check"]).Parts,
            Is.EqualTo(new[] { Part.Step, Part.Lengths, Part.Words, Part.Cells, Part.Threads, Part.Quickstart, Part.Memory, Part.Long })
        );
    }

    [Test]
    public void Parts_numbers_and_names()
    {
        TrainingOptions options = Parse([
            "--check",
            "--part",
            "memory,step",
            "--rounds",
            "3",
            "--ms",
            "5",
            "--mib",
            "70",
            "--rows",
            "32",
            "--only",
            "Gru 8",
            "--steps",
            "300",
        ]);
        Assert.That(options.Parts, Is.EqualTo(new[] { Part.Memory, Part.Step }));
        Assert.That(
            (options.Check, options.Rounds, options.Milliseconds, options.Mebibytes, options.Rows, options.Only),
            Is.EqualTo((true, 3, 5, 70, (int?)32, "Gru 8"))
        );
        Assert.That((options.Steps, Parse([]).Steps), Is.EqualTo(((int?)300, (int?)null)));
        Assert.That((options.Device, Parse(["--device", "cuda:1"]).Device), Is.EqualTo(("cuda", "cuda:1")));
    }

    [TestCase("Unrecognized command or argument '--round'.", "--round", "3")]
    [TestCase("Required argument missing for option: '--mib'.", "--check", "--mib")]
    [TestCase("--device is 'auto', but must be cuda, cuda:n (n = 0, 1, ...), mps or cpu.", "--device", "auto")]
    [TestCase("--device is 'tpu', but must be cuda, cuda:n (n = 0, 1, ...), mps or cpu.", "--device", "tpu")]
    [TestCase("--mib is '0', but must be a whole number from 1.", "--mib", "0")]
    [TestCase(
        "--part names 'batch', but the parts are step, lengths, words, cells, threads, quickstart, memory, long, table and device.",
        "--part",
        "step,batch"
    )]
    public void What_cannot_be_read_is_told(string message, params string[] arguments)
    {
        Assert.That(() => Parse(arguments), Throws.ArgumentException.With.Message.EqualTo(message));
    }

    private static TrainingOptions Parse(params string[] arguments)
    {
        ParseResult result = TrainingOptions.Command().Parse(arguments);
        return result.Errors.Count == 0 ? TrainingOptions.Of(result) : throw new ArgumentException(result.Errors[0].Message);
    }
}
