using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NotebookRunner;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;
using RnnMlNet.Programs.Tests.Eng;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Samples;

/// <summary>
/// Runs two programs of samples/lessons as a user does, by <c>dotnet run</c> of the file, whose directives are the same in all. The others
/// are compiled: their notebooks, which have the same statements, are executed (<see cref="NotebookTests"/>).
/// </summary>
public class LessonTests
{
    // One of those that read data is run from another folder.
    private const string RunInRepository = "getting-started",
        RunFromElsewhere = "pytorch-weights";

    [Test]
    public void Program_comes_to_what_it_teaches([Values(RunInRepository, RunFromElsewhere)] string name)
    {
        using var elsewhere = new TemporaryFolder();
        string output =
            name == RunInRepository
                ? Run(TestPaths.RepositoryRoot, Path.Combine("samples", "lessons", $"{name}.cs"))
                : Run(elsewhere.FullName, Lessons.Program(name));
        Lessons.AssertClaims(name, output);
    }

    [TestCaseSource(typeof(Lessons), nameof(Lessons.Names))]
    public void Program_compiles(string name) =>
        SnippetCompiler.Compile(Regex.Replace(File.ReadAllText(Lessons.Program(name)), "^#:.*$", "", RegexOptions.Multiline));

    [Test]
    public void Each_program_has_the_directives_of_those_that_are_run_as_files()
    {
        string[][] directives =
        [
            .. Lessons.Names.Select(name =>
                File.ReadLines(Lessons.Program(name)).Where(line => line.StartsWith("#:", StringComparison.Ordinal)).ToArray()
            ),
        ];
        Assert.That(directives[0], Is.Not.Empty);
        Assert.That(directives, Is.All.EqualTo(directives[0]));
    }

    [TestCase("notebooks", "ipynb")]
    [TestCase("lessons", "cs")]
    public void Each_lesson_is_a_notebook_and_a_program(string folder, string extension) =>
        Assert.That(
            Directory
                .GetFiles(Path.Combine(TestPaths.RepositoryRoot, "samples", folder), $"*.{extension}")
                .Select(Path.GetFileNameWithoutExtension),
            Is.EquivalentTo(Lessons.Names)
        );

    /// <summary>A program may have more statements than its notebook: it prints what a notebook shows, and has the location of its
    /// data.</summary>
    [TestCaseSource(typeof(Lessons), nameof(Lessons.Names))]
    public void Program_has_the_statements_of_its_notebook(string name)
    {
        var notebook = Notebook.Parse(File.ReadAllText(Lessons.Notebook(name)));
        var taught = notebook
            .CodeCells.SelectMany(cell => Statements(cell.Source, SourceCodeKind.Script))
            .Where(statement => !statement.StartsWith("string samples = ", StringComparison.Ordinal));
        Assert.That(taught, Is.SubsetOf(Statements(File.ReadAllText(Lessons.Program(name)), SourceCodeKind.Regular)));
    }

    // Without what a notebook shows: an expression without a semicolon.
    private static IEnumerable<string> Statements(string source, SourceCodeKind kind) =>
        CSharpSyntaxTree
            .ParseText(source, new CSharpParseOptions(LanguageVersion.Preview, kind: kind))
            .GetCompilationUnitRoot()
            .Members.Where(member =>
                member is not GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } }
            )
            .Select(member => member.WithoutTrivia().NormalizeWhitespace().ToFullString());

    private static string Run(string folder, string program)
    {
        ProgramRun run = ProgramRun.In(folder, Environment.ProcessPath!, ["run", program]);
        Assert.That(run.ExitCode, Is.Zero, run.Output + run.Errors);
        return run.Output;
    }
}
