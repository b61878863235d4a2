using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Docs;

/// <summary>The pages that answer a user's question begin with a program, and quote its output.</summary>
public class QuestionPagesTests
{
    [TestCase("anomalies.md", "anomalies at hours 30 31 32 33")]
    [TestCase("long-tables.md", "8850 readings of 300 machines; failures are found")]
    [TestCase("runtime.md", "bad")]
    [TestCase("several-labels.md", "Leaks: True, IsNoisy: False")]
    [TestCase("updating.md", "replaced")]
    [TestCase("words.md", "7 keys: <unknown> back call come now please me")]
    public void Program_of_the_page_compiles_runs_and_prints_what_the_page_says(string name, string printed)
    {
        string page = Path.Combine("docs", name);
        using var folder = new TemporaryFolder();
        string output = SnippetCompiler.Run(SnippetCompiler.Compile(Markdown.Snippets(page)[0]), folder.PathOf("")).Trim();
        Assert.That(output, Is.EqualTo(printed));
        Assert.That(Markdown.Read(page), Does.Contain($"It prints `{printed}`."));
    }

    /// <summary>The claim of docs/words.md on ML.NET: a limit keeps the keys met first, in whatever order they are then numbered.</summary>
    [Test]
    public void A_limit_on_keys_keeps_those_that_are_met_first([Values] ValueToKeyMappingEstimator.KeyOrdinality ordinality)
    {
        var ml = new MLContext();
        string[] words = ["rare", "common", "seldom", "often", "common", "often", "common", "often"];
        IDataView data = ml.Data.LoadFromEnumerable(words.Select(word => new Word { Text = word }).ToArray());
        var mapping = ml.Transforms.Conversion.MapValueToKey("Key", "Text", maximumNumberOfKeys: 2, keyOrdinality: ordinality);
        IDataView mapped = mapping.Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> kept = default;
        mapped.Schema["Key"].GetKeyValues(ref kept);
        Assert.That(kept.DenseValues().Select(word => word.ToString()), Is.EquivalentTo(new[] { "rare", "common" }));
    }

    private sealed class Word
    {
        public string Text { get; set; } = "";
    }
}
