using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

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
        Assert.That(SnippetCompiler.Compile(AssembliesBeside(snippet), [.. given, snippet]).EntryPoint, Is.Not.Null);
    }

    /// <summary>
    /// What a snippet uses and these tests do without: ASP.NET Core, of the SDK, and Microsoft.ML.TorchSharp, of a host of the tests.
    /// </summary>
    private static string[] AssembliesBeside(string snippet)
    {
        if (snippet.Contains("using Microsoft.ML.TorchSharp;", StringComparison.Ordinal))
            return [Path.Combine(Path.GetDirectoryName(TestPaths.Program("tests", "TorchSharpHost"))!, "Microsoft.ML.TorchSharp.dll")];
        if (!snippet.Contains("using Microsoft.AspNetCore.", StringComparison.Ordinal))
            return [];
        var runtime = new DirectoryInfo(Path.GetDirectoryName(typeof(object).Assembly.Location)!);
        var web = new DirectoryInfo(Path.Combine(runtime.Parent!.Parent!.FullName, "Microsoft.AspNetCore.App", runtime.Name));
        if (!web.Exists)
            Assert.Ignore($"ASP.NET Core {runtime.Name} is not installed beside .NET.");
        return [.. web.EnumerateFiles("*.dll").Select(file => file.FullName)];
    }

    [TestCaseSource(typeof(Markdown), nameof(Markdown.Pages))]
    public void Links_lead_to_pages_that_exist(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(TestPaths.RepositoryRoot, page))!;
        Assert.That(Markdown.LocalLinks(page).Where(link => !File.Exists(Path.Combine(folder, link))), Is.Empty);
    }

    [TestCaseSource(typeof(Markdown), nameof(Markdown.Pages))]
    public void Links_lead_to_headings_that_exist(string page) =>
        Assert.That(Markdown.HeadingLinks(page).Where(link => !Markdown.Anchors(link.Page).Contains(link.Anchor)), Is.Empty);

    [Test]
    public void README_links_to_every_page()
    {
        Assert.That(Markdown.Pages().Where(page => page != "README.md"), Is.SubsetOf(Markdown.LocalLinks("README.md")));
    }
}
