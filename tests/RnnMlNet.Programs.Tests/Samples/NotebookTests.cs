using NotebookRunner;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>Executes each notebook of samples/notebooks, cell by cell, in a process of its own.</summary>
[TestFixtureSource(nameof(Notebooks))]
public class NotebookTests(string path)
{
    private const int MostBytes = 1 << 20;
    private readonly string _name = Path.GetFileNameWithoutExtension(path);
    private readonly string _text = File.ReadAllText(path);
    private Notebook _executed = null!;

    private static string[] Notebooks() => Directory.GetFiles(Path.Combine(TestPaths.RepositoryRoot, "samples", "notebooks"), "*.ipynb");

    [OneTimeSetUp]
    public void Execute()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.RunWell(TestPaths.Program("eng", "NotebookRunner"), "--output", folder.FullName, path);
        _executed = Notebook.Parse(File.ReadAllText(folder.PathOf(Path.GetFileName(path))));
    }

    [Test]
    public void Its_stored_outputs_are_those_of_this_execution() =>
        Assert.That(StoredOutputs.Differences(Notebook.Parse(_text), _executed), Is.Empty);

    [Test]
    public void It_comes_to_what_it_teaches()
    {
        Lessons.AssertClaims(_name, StoredOutputs.Text(_executed));
        Lessons.AssertClaims(_name, StoredOutputs.Text(Notebook.Parse(_text)));
    }

    [Test]
    public void It_stands_as_the_runner_writes_it()
    {
        Assert.That(_text, Is.EqualTo(Notebook.Parse(_text).Write()));
        Assert.That(new FileInfo(path).Length, Is.LessThan(MostBytes));
    }

    [Test]
    public void It_begins_with_the_packages_and_has_a_heading()
    {
        Notebook notebook = Notebook.Parse(_text);
        Assert.That(notebook.Cells[0].Source, Does.StartWith("# "));
        Assert.That(
            notebook.CodeCells.First().Source,
            Does.StartWith("#r \"nuget: RnnMlNet, 0.1.0\"\n#r \"nuget: Microsoft.ML, 5.0.1\"\n")
        );
    }

    [Test]
    public void Its_links_lead_to_files_that_exist()
    {
        string text = string.Join('\n', _executed.Cells.Where(cell => !cell.IsCode).Select(cell => cell.Source));
        string folder = Path.GetDirectoryName(path)!;
        Assert.That(Docs.Markdown.LocalLinksOf(text).Where(link => !File.Exists(Path.Combine(folder, link))), Is.Empty);
    }
}
