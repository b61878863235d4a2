using System.CommandLine;
using NUnit.Framework;
using Scoring;

namespace RnnMlNet.Programs.Tests.Benchmarks;

[TestFixture]
public class ScoringOptionsTests
{
    [Test]
    public void Without_arguments_all_but_the_soak_and_the_program_compiled_ahead_of_time_is_measured()
    {
        ScoringOptions options = Parse([]);
        Assert.That(options.Parts, Is.EqualTo(new[] { Part.Single, Part.Batch, Part.Cells, Part.Cold }));
        Assert.That(
            (options.Check, options.Rounds, options.Milliseconds, options.Rows, options.Predictions, options.Only),
            Is.EqualTo((false, 9, 60, 100_000, 10_000_000, ""))
        );
    }

    [Test]
    public void A_check_measures_everything()
    {
        Assert.That(Parse(["--check"]).Parts, Is.EqualTo(Enum.GetValues<Part>()));
    }

    [Test]
    public void A_check_of_one_part_measures_that_part()
    {
        ScoringOptions options = Parse(["--check", "--part", "cold,soak"]);
        Assert.That(options.Parts, Is.EqualTo(new[] { Part.Cold, Part.Soak }));
        Assert.That(options.Check, Is.True);
    }

    [Test]
    public void Numbers_and_names()
    {
        ScoringOptions options = Parse(["--rounds", "3", "--ms", "5", "--rows", "700", "--predictions", "80", "--only", "Gru 8"]);
        Assert.That(
            (options.Rounds, options.Milliseconds, options.Rows, options.Predictions, options.Only),
            Is.EqualTo((3, 5, 700, 80, "Gru 8"))
        );
    }

    [TestCase("Unrecognized command or argument '--round'.", "--round", "3")]
    [TestCase("Unrecognized command or argument '8'.", "8")]
    [TestCase("Required argument missing for option: '--rows'.", "--check", "--rows")]
    [TestCase("--rounds is '0', but must be a whole number from 1.", "--rounds", "0")]
    [TestCase("--ms is '1.5', but must be a whole number from 1.", "--ms", "1.5")]
    [TestCase("--part names 'warm', but the parts are single, batch, cells, cold, aot and soak.", "--part", "cold,warm")]
    [TestCase("--part names '1', but the parts are single, batch, cells, cold, aot and soak.", "--part", "1")]
    [TestCase("--part names '', but the parts are single, batch, cells, cold, aot and soak.", "--part", "")]
    public void What_cannot_be_read_is_told(string message, params string[] arguments)
    {
        Assert.That(() => Parse(arguments), Throws.ArgumentException.With.Message.EqualTo(message));
    }

    private static ScoringOptions Parse(params string[] arguments)
    {
        ParseResult result = ScoringOptions.Command().Parse(arguments);
        return result.Errors.Count == 0 ? ScoringOptions.Of(result) : throw new ArgumentException(result.Errors[0].Message);
    }
}
