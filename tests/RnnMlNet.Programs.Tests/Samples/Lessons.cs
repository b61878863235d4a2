using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>
/// The lessons: each is a notebook in samples/notebooks and a program in samples/lessons, with the same results. A new one needs an entry
/// here.
/// </summary>
internal static class Lessons
{
    private static readonly Dictionary<string, Action<string>> _claims = new()
    {
        ["getting-started"] = output =>
        {
            Assert.That(Number(output, @"accuracy on the test images: ([\d.]+)"), Is.GreaterThanOrEqualTo(0.95));
            Assert.That(output, Does.Match(@"The model reads a (\d), with probability [\d.]+; it is a \1\."));
        },
        ["long-table"] = output =>
        {
            Assert.That(Number(output, @"accuracy on the test pumps: ([\d.]+)"), Is.GreaterThanOrEqualTo(0.8));
            Assert.That(Number(output, @"failure within a day with probability ([\d.]+)"), Is.GreaterThan(0.5));
        },
        ["text"] = output =>
        {
            Assert.That(Number(output, @"accuracy of the network: ([\d.]+)"), Is.GreaterThanOrEqualTo(0.97));
            Assert.That(Number(output, @"accuracy of a bag of words: ([\d.]+)"), Is.LessThan(0.7));
            Assert.That(output, Does.Match(@"fan +\([\d.]+\) <- Turn off the heater, and turn on the fan\."));
            Assert.That(output, Does.Match(@"heater +\([\d.]+\) <- Turn on the heater, and turn off the fan\."));
        },
        ["forecasting"] = output =>
        {
            Assert.That(
                Number(output, @"mean absolute error: ([\d.]+) ppm"),
                Is.LessThan(Number(output, @"of the naive forecast: ([\d.]+) ppm") / 2)
            );
            Assert.That(Number(output, @"(\d+) of 24 months lie within their bounds"), Is.GreaterThanOrEqualTo(18));
            Assert.That(Number(output, @"After 2020-04: ([\d.]+) ppm in a month"), Is.EqualTo(417).Within(2));
        },
        ["experiment"] = output =>
        {
            Assert.That(Number(output, @"(\d+) trials; the best is trial"), Is.EqualTo(36));
            double defaults = Number(output, @"the defaults came to ([\d.]+) after");
            Assert.That(Number(output, @"held out: ([\d.]+) after \d+ epochs"), Is.GreaterThanOrEqualTo(defaults));
            Assert.That(Number(output, @"accuracy on the test images: ([\d.]+)"), Is.GreaterThanOrEqualTo(0.93));
        },
        ["pytorch-weights"] = output =>
        {
            Assert.That(output, Does.Contain("Lstm, 32 units, 1 layer, 10 classes"));
            Assert.That(Number(output, @"accuracy on the test images: ([\d.]+)"), Is.GreaterThanOrEqualTo(0.9));
            Assert.That(output, Does.Contain("297 images, 297 of torch; all scores within 0.00001: True"));
            Assert.That(
                Regex.Matches(output, @"The model reads a (\d), with probability [\d.]+; it is a \1\."),
                Has.Count.GreaterThanOrEqualTo(3)
            );
        },
    };

    /// <summary>The names of the lessons.</summary>
    public static IEnumerable<string> Names => _claims.Keys;

    public static string Notebook(string name) => Path.Combine(TestPaths.RepositoryRoot, "samples", "notebooks", $"{name}.ipynb");

    public static string Program(string name) => Path.Combine(TestPaths.RepositoryRoot, "samples", "lessons", $"{name}.cs");

    /// <summary>Asserts that the output of a lesson supports its claims.</summary>
    public static void AssertClaims(string name, string output) => Assert.Multiple(() => _claims[name](output));

    private static double Number(string output, string pattern)
    {
        Match match = Regex.Match(output, pattern);
        Assert.That(match.Success, Is.True, () => $"{pattern} is not in:\n{output}");
        return match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : double.NaN;
    }
}
