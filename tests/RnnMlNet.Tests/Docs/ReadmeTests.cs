using NUnit.Framework;

namespace RnnMlNet.Tests.Docs;

[NonParallelizable]   // the program writes to the console and to the current folder
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

    [TestCase("./dotnetw test")]
    [TestCase("dotnet run --project samples/Quickstart")]
    [TestCase("dotnet test")]
    public void README_names_the_commands(string command)
    {
        Assert.That(Markdown.Read("README.md").Split('\n'), Does.Contain("    " + command));
    }
}
