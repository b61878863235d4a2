using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using NotebookRunner;
using NUnit.Framework;
using RnnMlNet.Tests.Eng;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Samples;

/// <summary>Runs each program of samples/lessons as a user does: by <c>dotnet run</c> of its file.</summary>
[NonParallelizable] // each builds the library, in the same folder
public class LessonTests
{
    // Once each, for a build takes its time: one of those that read data is run from another folder.
    private const string RunFromElsewhere = "pytorch-weights";

    [TestCaseSource(typeof(Lessons), nameof(Lessons.Names))]
    public void Program_comes_to_what_it_teaches(string name)
    {
        using var elsewhere = new TemporaryFolder();
        string output =
            name == RunFromElsewhere
                ? Run(elsewhere.FullName, Lessons.Program(name))
                : Run(TestPaths.RepositoryRoot, Path.Combine("samples", "lessons", $"{name}.cs"));
        Lessons.AssertClaims(name, output);
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
