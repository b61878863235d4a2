using NUnit.Framework;

namespace RnnMlNet.Tests.Docs;

public class DocsTests
{
    /// <summary>What the snippets of docs take as given; a snippet may declare a name again.</summary>
    private const string Given = """
        global using static Given;
        global using Microsoft.ML;
        global using Microsoft.ML.Data;
        global using RnnMlNet;

        static class Given
        {
            public static MLContext ml = new(seed: 1);
            public static IDataView train = null!, validation = null!, test = null!;
            public static EstimatorChain<RnnMulticlassTransformer> pipeline = null!;
            public static TransformerChain<RnnMulticlassTransformer> model = null!;
        }

        class Row
        {
            public float[] Series { get; set; } = [];
            public string Label { get; set; } = "";
        }

        class Prediction
        {
            public string PredictedLabel { get; set; } = "";
            public float[] Score { get; set; } = [];
        }
        """;

    private static IEnumerable<TestCaseData> Snippets() =>
        from page in Markdown.Pages()
        // Orleans is what RnnMlNet.Distributed.Tests have.
        where page is not ("README.md" or "docs/distributed.md")
        from snippet in Markdown.Snippets(page).Index()
        select new TestCaseData(snippet.Item).SetArgDisplayNames($"{Path.GetFileName(page)} {snippet.Index + 1}");

    [TestCaseSource(nameof(Snippets))]
    public void Snippet_compiles(string snippet)
    {
        // Microsoft.ML.AutoML is no dependency of these tests: what names it is compiled against its signatures alone.
        string[] given = snippet.Contains("using Microsoft.ML.AutoML;", StringComparison.Ordinal) ? [Given, AutoMLStandIn.Source] : [Given];
        Assert.That(SnippetCompiler.Compile([.. given, snippet]).EntryPoint, Is.Not.Null);
    }

    [TestCaseSource(typeof(Markdown), nameof(Markdown.Pages))]
    public void Links_lead_to_pages_that_exist(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(TestPaths.RepositoryRoot, page))!;
        Assert.That(Markdown.LocalLinks(page).Where(link => !File.Exists(Path.Combine(folder, link))), Is.Empty);
    }

    [Test]
    public void README_links_to_every_page()
    {
        Assert.That(Markdown.Pages().Where(page => page != "README.md"), Is.SubsetOf(Markdown.LocalLinks("README.md")));
    }
}
