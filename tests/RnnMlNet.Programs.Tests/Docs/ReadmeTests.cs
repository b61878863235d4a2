using NUnit.Framework;

namespace RnnMlNet.Programs.Tests.Docs;

public class ReadmeTests
{
    [Test]
    public void Program_of_README_compiles_runs_and_prints_what_README_says()
    {
        string[] snippets = Markdown.Snippets("README.md");
        Assert.That(snippets, Has.Length.EqualTo(1));

        string folder = Directory.CreateTempSubdirectory("rnnmlnet-readme-").FullName;
        try
        {
            string output = SnippetCompiler.Run(SnippetCompiler.Compile(snippets), folder);
            Assert.That(output.Trim(), Is.EqualTo("sine, square"));
            Assert.That(Markdown.Read("README.md"), Does.Contain("It prints `sine, square`."));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The first section is for new users: the package, the program, and only then the purpose of the repository.</summary>
    [Test]
    public void README_begins_with_the_package_and_the_program()
    {
        string page = Markdown.Read("README.md");
        string[] order =
        [
            "    dotnet add package RnnMlNet\n",
            "```csharp\n",
            "    dotnet run --project samples/Quickstart\n",
            "    ./dotnetw test\n",
        ];
        int[] places = [.. order.Select(text => page.IndexOf(text, StringComparison.Ordinal))];
        Assert.That(places, Is.Ordered.And.All.Not.Negative);
    }

    [TestCase("dotnet add package RnnMlNet")]
    [TestCase("./dotnetw test")]
    [TestCase("dotnet run --project samples/Quickstart")]
    [TestCase("dotnet test")]
    public void README_names_the_commands(string command)
    {
        Assert.That(Markdown.Read("README.md").Split('\n'), Does.Contain("    " + command));
    }
}
