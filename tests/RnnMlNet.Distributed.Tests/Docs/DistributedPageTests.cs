using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;

namespace RnnMlNet.Distributed.Tests.Docs;

/// <summary>docs/distributed.md, whose C# needs Orleans; what is compiled of the other pages is in RnnMlNet.Tests.</summary>
public class DistributedPageTests
{
    private const string Given = """
        global using Microsoft.ML;
        global using static Given;
        using RnnMlNet.Experiments;

        static class Given
        {
            public static MLContext ml = new(seed: 1);
            public static IDataView train = null!;
        }
        """;

    private static string[] Snippets() => Markdown.Snippets("docs/distributed.md");

    [Test]
    public void There_are_snippets() => Assert.That(Snippets(), Has.Length.GreaterThanOrEqualTo(2));

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_compiles(string snippet) => Assert.That(SnippetCompiler.Compile(Given, snippet).EntryPoint, Is.Not.Null);
}
