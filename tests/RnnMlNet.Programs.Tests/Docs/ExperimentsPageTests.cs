using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

public class ExperimentsPageTests
{
    [Test]
    public void Program_of_the_page_compiles_runs_and_prints_what_the_page_says()
    {
        string page = Path.Combine("docs", "experiments.md");
        using var folder = new TemporaryFolder();
        string[] output = SnippetCompiler
            .Run(SnippetCompiler.Compile(Markdown.Snippets(page).First()), folder.PathOf(""))
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.That(
            output[0],
            Does.Match(@"^12 trials \(10 shown, all in RunDetails\) in [0-9.:]+ (s|min), compared by MicroAccuracy \(higher is better\)$")
        );
        Assert.That(output[^1], Is.EqualTo("good on rows of the test too"));
        Assert.That(Markdown.Read(page), Does.Contain($"`{output[^1]}`"));
    }
}
