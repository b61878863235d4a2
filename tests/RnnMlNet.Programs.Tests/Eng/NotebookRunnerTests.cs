using System.Text.Json.Nodes;
using NotebookRunner;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Samples;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>The program that executes notebooks: eng/NotebookRunner.</summary>
public class NotebookRunnerTests
{
    private static readonly Dictionary<string, string> _versions = new() { ["Microsoft.ML"] = "5.0.1" };

    [Test]
    public void Cells_are_executed_one_after_the_other_and_their_outputs_are_stored()
    {
        Notebook executed = Execute(
            "#!csharp\n#r \"nuget: Microsoft.ML, 5.0.1\"\nusing Microsoft.ML;\nint two = 2;\nConsole.WriteLine($\"{two}\\nlines\");",
            "Console.Error.Write(\"careful\");\nnew { Sum = two + 2 }",
            "typeof(MLContext).Name"
        );

        NotebookCell[] cells = [.. executed.CodeCells];
        Assert.That(cells.Select(cell => cell.ExecutionCount), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(
            cells[0].Outputs.Single().ToJsonString(),
            Is.EqualTo("""{"name":"stdout","output_type":"stream","text":["2\n","lines\n"]}""")
        );
        Assert.That(cells[1].Outputs.First().ToJsonString(), Is.EqualTo("""{"name":"stderr","output_type":"stream","text":["careful"]}"""));
        JsonObject result = cells[1].Outputs.Last();
        Assert.That((result["output_type"]!.ToString(), (int)result["execution_count"]!), Is.EqualTo(("execute_result", 2)));
        Assert.That(NotebookCell.JoinedLines(result["data"]!["text/html"]), Does.Contain("<td>Sum</td>").And.Contain("<pre>4</pre>"));
        Assert.That(NotebookCell.JoinedLines(cells[2].Outputs.Single()["data"]!["text/plain"]), Is.EqualTo("MLContext"));
    }

    [Test]
    public void A_cell_reads_files_from_the_notebooks_folder()
    {
        Notebook executed = Execute("using System.IO;\nConsole.Write(string.Join(\",\", Directory.GetFiles(\".\")));");
        Assert.That(StoredOutputs.Text(executed), Does.Contain("lesson.ipynb"));
    }

    [TestCase("int sum = 1 + missing;", "cell 2: (1,15): error CS0103: The name 'missing' does not exist in the current context")]
    [TestCase("throw new System.InvalidOperationException(\"too late\");", "cell 2: System.InvalidOperationException: too late")]
    [TestCase(
        "#r \"nuget: Microsoft.ML, 4.0.0\"",
        "cell 2: #r names Microsoft.ML 4.0.0, but what is executed is 5.0.1: write \"nuget: Microsoft.ML, 5.0.1\"."
    )]
    public void A_cell_that_fails_is_named_and_the_notebook_stays_as_it_was(string code, string message)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("lesson.ipynb"),
            before = Text("int one = 1;", code);
        File.WriteAllText(path, before);
        ChildResult run = ChildProcess.Run(TestPaths.Program("eng", "NotebookRunner"), path);
        Assert.That(run.ExitCode, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain($"lesson.ipynb: {message}"));
        Assert.That(File.ReadAllText(path), Is.EqualTo(before));
    }

    [Test]
    public void A_file_that_is_not_there_is_named()
    {
        ChildResult run = ChildProcess.Run(TestPaths.Program("eng", "NotebookRunner"), "no-such.ipynb");
        Assert.That(
            (run.ExitCode, run.Error.Trim()),
            Is.EqualTo((2, "no-such.ipynb: there is no such file. Usage: NotebookRunner [--output <folder>] <notebook.ipynb>..."))
        );
    }

    [TestCase("#r \"nuget: Microsoft.ML, 5.0.1\"")]
    [TestCase("#r \"nuget:microsoft.ml,5.0.1\"")]
    [TestCase("#!time")]
    public void Lines_of_the_kernel_become_empty_lines(string line) =>
        Assert.That(
            Directives.Strip($"{line}\nint one = 1;", new Dictionary<string, string>(_versions, StringComparer.OrdinalIgnoreCase)),
            Is.EqualTo("\nint one = 1;")
        );

    [TestCase(
        "#r \"nuget: Dapper, 2.0.0\"",
        "#r names the package Dapper, which NotebookRunner does not reference: add it to eng/NotebookRunner/NotebookRunner.csproj."
    )]
    [TestCase("#r \"nuget: Microsoft.ML\"", "#r names no version of Microsoft.ML: write \"nuget: Microsoft.ML, 5.0.1\".")]
    public void A_package_that_is_not_what_is_executed_is_refused(string line, string message) =>
        Assert.That(() => Directives.Strip(line, _versions), Throws.TypeOf<NotebookException>().With.Message.EqualTo(message));

    [Test]
    public void Versions_are_those_of_the_dependencies()
    {
        var versions = ReferencedPackages.Versions(
            """{"libraries": {"RnnMlNet/0.1.0": {"type": "project"}, "Microsoft.ML/5.0.1": {"type": "package"}}}"""
        );
        Assert.That((versions["rnnmlnet"], versions["Microsoft.ML"]), Is.EqualTo(("0.1.0", "5.0.1")));
    }

    [TestCase("[]", "A notebook is a JSON object.")]
    [TestCase("# Text", "A notebook is a JSON object: '#' is an invalid start of a value. LineNumber: 0 | BytePositionInLine: 0.")]
    [TestCase("""{"nbformat": 3}""", "nbformat is 3, but it must be 4: save the notebook with a current editor.")]
    [TestCase("""{"nbformat": 4}""", "A notebook has an array of cells.")]
    public void What_is_no_notebook_is_refused(string text, string message) =>
        Assert.That(() => Notebook.Parse(text), Throws.TypeOf<NotebookException>().With.Message.EqualTo(message));

    [Test]
    public void A_notebook_is_written_as_Jupyter_writes_it()
    {
        const string Unsorted =
            """{"nbformat_minor": 2, "nbformat": 4, "metadata": {}, "cells": [{"source": ["# Ä <b>\n","""
            + """ "x"], "cell_type": "markdown", "metadata": {}}]}""";
        string written = Notebook.Parse(Unsorted).Write();
        Assert.That(
            written,
            Does.Match(
                """
                ^\{
                 "cells": \[
                  \{
                   "cell_type": "markdown",
                   "id": "[0-9a-f]{8}",
                   "metadata": \{\},
                   "source": \[
                    "# Ä <b>\\n",
                    "x"
                   \]
                  \}
                 \],
                 "metadata": \{\},
                 "nbformat": 4,
                 "nbformat_minor": 5
                \}
                $
                """.ReplaceLineEndings("\n")
            )
        );
        Assert.That(Notebook.Parse(written).Write(), Is.EqualTo(written));
    }

    [Test]
    public void Outputs_that_are_missing_or_old_are_told_from_those_that_differ_in_numbers()
    {
        static Notebook Executed(string output) =>
            With(
                new JsonObject
                {
                    ["output_type"] = "stream",
                    ["name"] = "stdout",
                    ["text"] = output,
                }
            );

        Notebook executed = Executed("accuracy   0.97\n");
        Assert.That(
            StoredOutputs.Differences(Notebook.Parse(Text("Show();")), executed),
            Has.Exactly(2)
                .Items.And.Some.StartsWith("cell 1 is stored as execution none but is number 1: dotnet run --project eng/NotebookRunner")
        );
        Assert.That(
            StoredOutputs.Differences(Executed("precision 0.97\n"), executed).Single(),
            Does.StartWith("cell 1 stores other outputs than it gives: dotnet run --project eng/NotebookRunner")
        );
        Assert.That(StoredOutputs.Differences(Executed("accuracy 1.2E-05\n"), executed), Is.Empty);
    }

    [Test]
    public void Plots_are_told_by_their_titles_and_the_kinds_of_their_elements()
    {
        static Notebook Shown(string svg, string text) =>
            With(
                new JsonObject
                {
                    ["output_type"] = "execute_result",
                    ["data"] = new JsonObject { ["text/html"] = svg, ["text/plain"] = text },
                }
            );

        Notebook shown = Shown("<svg width=\"9\"><title>Training</title><path d=\"M0 1L2 3\" /><text>best</text></svg>", "Training\n *");
        Assert.That(
            StoredOutputs.Differences(
                Shown(
                    "<svg width=\"8\"><title>Training</title><path d=\"M4 5\" /><path d=\"M6 7\" /><text>worst</text></svg>",
                    "Training\n* "
                ),
                shown
            ),
            Is.Empty
        );
        Assert.That(
            StoredOutputs.Differences(
                Shown("<svg width=\"9\"><title>Forecast</title><path d=\"M0 1L2 3\" /><text>best</text></svg>", "Training\n *"),
                shown
            ),
            Has.Exactly(1).Items
        );
        Assert.That(
            StoredOutputs.Differences(Shown("<svg width=\"9\"><title>Training</title><text>best</text></svg>", "Training\n *"), shown),
            Has.Exactly(1).Items
        );
        Assert.That(StoredOutputs.Differences(Shown("<p>Training</p>", "Training\n *"), shown), Has.Exactly(1).Items);
    }

    // A notebook of one executed cell.
    private static Notebook With(JsonObject output)
    {
        Notebook notebook = Notebook.Parse(Text("Show();"));
        notebook.CodeCells.Single().Store(1, [output]);
        return notebook;
    }

    private static Notebook Execute(params string[] cells)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("lesson.ipynb");
        File.WriteAllText(path, Text(cells));
        ChildProcess.RunWell(TestPaths.Program("eng", "NotebookRunner"), path);
        return Notebook.Parse(File.ReadAllText(path));
    }

    private static string Text(params string[] cells) =>
        new JsonObject
        {
            ["cells"] = new JsonArray([
                .. cells.Select(source => new JsonObject
                {
                    ["cell_type"] = "code",
                    ["execution_count"] = null,
                    ["metadata"] = new JsonObject(),
                    ["outputs"] = new JsonArray(),
                    ["source"] = NotebookCell.SplitLines(source),
                }),
            ]),
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["language"] = "C#", ["name"] = ".net-csharp" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString();
}
