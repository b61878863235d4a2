using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace RnnMlNet.Tests.Samples;

/// <summary>Runs the samples as a user does: as programs of their own, from another folder than theirs.</summary>
public class SampleTests
{
    [Test]
    public void Quickstart_reads_digits()
    {
        string output = Run("Quickstart");
        Assert.That(Number(output, @"accuracy ([\d.]+)"), Is.GreaterThanOrEqualTo(0.97));
        Assert.That(output, Does.Contain("true \\ predicted"));
        Assert.That(output, Does.Match(@"The model reads a (\d) \(probability [\d.]+\); it is a \1\."));
    }

    [Test]
    public void TextClassification_beats_the_bag_of_words()
    {
        string output = Run("TextClassification");
        double recurrent = Number(output, @"([\d.]+)  recurrent network");
        Assert.That(recurrent, Is.GreaterThanOrEqualTo(0.97));
        Assert.That(recurrent, Is.GreaterThan(Number(output, @"([\d.]+)  bag of words") + 0.2));
        Assert.That(output, Does.Match(@"fan +\([\d.]+\) <- Turn off the heater, and turn on the fan\."));
        Assert.That(output, Does.Match(@"heater +\([\d.]+\) <- Turn on the heater, and turn off the fan\."));
    }

    [Test]
    public void RemainingLife_beats_the_linear_model()
    {
        string output = Run("RemainingLife");
        double recurrent = Number(output, @"([\d.]+) +[\d.]+   recurrent network");
        Assert.That(recurrent, Is.LessThan(Number(output, @"([\d.]+) +[\d.]+   linear model")));
        Assert.That(recurrent, Is.LessThan(Number(output, @"([\d.]+) +[\d.]+   always") / 2));
    }

    /// <summary>What the sample wrote to standard output; fails when it ends with an error.</summary>
    private static string Run(string sample)
    {
        string program = Path.Combine(TestPaths.RepositoryRoot, "samples", sample, "bin", TestPaths.Configuration, "net10.0", RuntimeInformation.RuntimeIdentifier, $"{sample}.dll");
        var start = new ProcessStartInfo(Environment.ProcessPath!, [program])
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, () => output + errors.Result);
        return output;
    }

    private static double Number(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern);
        Assert.That(match.Success, Is.True, () => $"{pattern} is not in:\n{output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
