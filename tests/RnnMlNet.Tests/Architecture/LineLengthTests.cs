using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Architecture;

/// <summary>
/// The build's analyzer measures lines of code (RCS0056); comments, which it skips, and generated files are measured here.
/// </summary>
public sealed class LineLengthTests
{
    private const int Columns = 140;

    private static readonly string[] _folders = ["src", "tests", "benchmarks", "samples", "eng"];

    [Test]
    public void No_line_of_source_has_more_than_140_columns()
    {
        string[] files = [.. _folders.SelectMany(Sources)];
        Assert.That(files, Has.Length.GreaterThan(1000));
        Assert.That(files.SelectMany(LongLines), Is.Empty);
    }

    private static IEnumerable<string> Sources(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(TestPaths.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file =>
                !Path.GetRelativePath(TestPaths.RepositoryRoot, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")
            );

    private static IEnumerable<string> LongLines(string file) =>
        File.ReadLines(file)
            .Select((line, i) => (Text: line, Number: i + 1))
            .Where(line => line.Text.Length > Columns)
            .Select(line => $"{Path.GetRelativePath(TestPaths.RepositoryRoot, file)}, line {line.Number}: {line.Text.Length} columns");
}
