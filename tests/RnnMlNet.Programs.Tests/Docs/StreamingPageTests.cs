using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

public class StreamingPageTests
{
    [Test]
    public void Program_of_the_page_compiles_runs_and_prints_what_the_page_says()
    {
        string page = Path.Combine("docs", "streaming.md");
        using var folder = new TemporaryFolder();
        string output = SnippetCompiler.Run(SnippetCompiler.Compile(Markdown.Snippets(page)), folder.PathOf(""));
        Assert.That(output.Trim(), Is.EqualTo("False, True after 21 readings"));
        Assert.That(Markdown.Read(page), Does.Contain($"It prints `{output.Trim()}`."));
    }
}
