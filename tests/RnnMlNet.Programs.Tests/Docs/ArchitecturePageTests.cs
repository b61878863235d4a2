using System.Text.RegularExpressions;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>docs/architecture.md names classes and methods; the code has them.</summary>
public partial class ArchitecturePageTests
{
    [Test]
    public void What_the_page_names_is_in_the_code()
    {
        HashSet<string> words =
        [
            .. Sources().SelectMany(file => WordPattern().Matches(File.ReadAllText(file)).Select(match => match.Value)),
        ];
        words.UnionWith(Sources().Select(Path.GetFileNameWithoutExtension)!);
        string[] named =
        [
            .. NamePattern()
                .Matches(Markdown.Read(Path.Combine("docs", "architecture.md")))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
        ];
        Assert.That(named, Has.Length.GreaterThan(80));
        Assert.That(named.Where(name => !name.Split('.').Where(part => part != "cs").All(words.Contains)), Is.Empty);
    }

    private static IEnumerable<string> Sources() =>
        from folder in new[] { "src", "tests", "eng" }
        from file in Directory.EnumerateFiles(Path.Combine(TestPaths.RepositoryRoot, folder), "*.cs", SearchOption.AllDirectories)
        where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        select file;

    /// <summary>Names in code quotes, with or without a member or an ending: `TrainingLoop`, `SimdEngine.Update`, `CellMath.cs`.</summary>
    [GeneratedRegex(@"`([A-Z]\w+(?:\.\w+)*)`")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"\b[A-Z]\w+")]
    private static partial Regex WordPattern();
}
