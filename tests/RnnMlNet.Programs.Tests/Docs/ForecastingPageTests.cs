using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

public class ForecastingPageTests
{
    [Test]
    public void First_program_of_the_page_compiles_runs_and_prints_what_the_page_says()
    {
        string page = Path.Combine("docs", "forecasting.md");
        using var folder = new TemporaryFolder();
        string[] output = SnippetCompiler
            .Run(SnippetCompiler.Compile(Markdown.Snippets(page)[0]), folder.PathOf(""))
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.That(output, Is.EqualTo(["better than yesterday", "24 hours, all within their bounds: True"]));
        Assert.That(Markdown.Read(page), Does.Contain($"It prints `{output[0]}` and `{output[1]}`."));
    }
}
