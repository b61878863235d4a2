using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Samples;

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

    [Test]
    public void SensorTable_finds_faults_within_each_regime_and_row_by_row()
    {
        string output = Run("SensorTable");
        double apart = Number(output, @"([\d.]+)   each regime by itself");
        Assert.That(apart, Is.GreaterThan(0.92));
        Assert.That(apart, Is.GreaterThan(Number(output, @"([\d.]+)   all regimes") + 0.05));
        foreach (string fault in (string[])["worn bearing", "leak        "])
        {
            string signs = Regex.Match(output, $"^  {fault} ([.!']+)", RegexOptions.Multiline).Groups[1].Value;
            Assert.That(signs, Does.StartWith("......").And.EndsWith("!!!!!!"));
        }
    }

    [Test]
    public void Forecasting_beats_the_seasonal_naive_method_and_draws_a_chart()
    {
        string output = Run("Forecasting");
        double recurrent = Number(output, @"forecast values: MAE ([\d.]+)");
        Assert.That(recurrent, Is.LessThan(Number(output, @"naive +([\d.]+)") / 2));
        Assert.That(Regex.Matches(output, @"^  20\d\d-\d\d( +[\d.]+){4}", RegexOptions.Multiline), Has.Count.EqualTo(24));
        string chart = Regex.Match(output, @"The chart is in (.+)").Groups[1].Value.Trim();
        Assert.That(File.ReadAllBytes(chart)[..4], Is.EqualTo(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' }));
    }

    private static string Run(string sample) => ChildProcess.RunWell(TestPaths.Program("samples", sample));

    private static double Number(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern);
        Assert.That(match.Success, Is.True, () => $"{pattern} is not in:\n{output}");
        return double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
