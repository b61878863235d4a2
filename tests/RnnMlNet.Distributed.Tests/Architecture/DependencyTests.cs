using NUnit.Framework;
using RnnMlNet.Architecture;
using RnnMlNet.Tests;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Distributed.Tests.Architecture;

/// <summary>The order of all folders of src/, read from the compiled assemblies, and the page that shows it.</summary>
[TestFixture]
internal sealed class DependencyTests
{
    private const string Command = "Run: dotnet run --project eng/Architecture -- .";

    private static readonly SourceTree _sources = new(TestPaths.RepositoryRoot);
    private static readonly DependencyGraph _graph = DependencyGraph.OfSources(_sources);

    [Test]
    public void Every_type_is_found_in_the_sources()
    {
        Assert.That(_graph.Unknown, Is.Empty);
        Assert.That(_graph.Dependencies, Has.Count.GreaterThan(2000), "the assemblies' dependencies were read");
    }

    [Test]
    public void The_folders_are_those_of_the_order() =>
        Assert.That(
            _graph.Dependencies.SelectMany(d => new[] { d.From, d.To }).Select(FolderOrder.Of).Distinct(),
            Is.EquivalentTo(FolderOrder.All)
        );

    [Test]
    public void No_file_depends_on_a_folder_behind_its_own() => Assert.That(FolderOrder.Back(_graph), Is.Empty);

    [Test]
    public void No_files_depend_on_each_other_in_a_circle() =>
        Assert.That(DependencyGraph.Circles(_graph.Dependencies.Select(d => (d.From.File, d.To.File))), Is.Empty);

    [Test]
    public void The_picture_is_current() =>
        Assert.That(
            File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "docs", "architecture.svg")).ReplaceLineEndings("\n"),
            Is.EqualTo(ArchitectureDrawing.Draw(_graph)),
            Command
        );

    [Test]
    public void The_table_of_touched_files_is_current()
    {
        string page = File.ReadAllText(Path.Combine(TestPaths.RepositoryRoot, "docs", "architecture.md")).ReplaceLineEndings("\n");
        Assert.That(TouchedFiles.Replaced(page, _sources), Is.EqualTo(page), Command);
    }
}
