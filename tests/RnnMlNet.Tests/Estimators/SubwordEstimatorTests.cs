using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The pieces of learned and of given tokenizers, their keys, and what is refused.</summary>
[TestFixture]
public partial class SubwordEstimatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static readonly string[] _texts =
    [
        "low low low low low",
        "lower, lower",
        "newest newest newest newest newest newest",
        "widest widest widest",
    ];

    [Test]
    public void Learned_pieces_are_keys_by_their_occurrences()
    {
        SubwordTransformer model = Fit(new SubwordOptions { VocabularySize = 15, MinimumCount = 2 });
        IDataView keys = model.Transform(Load("lowest newer", "", " "));
        Assert.That(keys.Schema["Tokens"].Type.ToString(), Is.EqualTo("Vector<Key<UInt32, 0-9>>"));
        Assert.That(WordKeys.Values(keys.Schema, "Tokens"), Is.EqualTo(model.Pieces).And.ItemAt(0).EqualTo("<unknown>"));
        // The twelve characters, e s, es t</w> and l o; the comma occurs once.
        Assert.That(Pieces(model, "lowest, newer"), Is.EqualTo(new[] { "lo", "w", "est</w>", "<unknown>", "n", "e", "w", "e", "r</w>" }));
        Assert.That(WordKeys.Of(keys, "Tokens").Skip(1), Is.All.Empty);
        Assert.That(model.Encode("low"), Is.EqualTo(WordKeys.Of(model.Transform(Load("low")), "Tokens")[0].Select(key => (int)key - 1)));
    }

    [Test]
    public void A_word_that_never_occurred_is_made_of_pieces_that_did()
    {
        // Each word of the texts is merged into one piece; widest and lower are rare, and split again.
        SubwordTransformer model = Fit(new SubwordOptions());
        Assert.That(model.Pieces, Is.EqualTo(new[] { "<unknown>", "newest</w>", "e", "w", "low</w>" }));
        model = Fit(new SubwordOptions { MinimumCount = 2 });
        Assert.That(Pieces(model, "newest low"), Is.EqualTo(new[] { "newest</w>", "low</w>" }));
        Assert.That(Pieces(model, "low🙂"), Does.Contain("<unknown>"));
    }

    /// <summary>Encoding splits rare pieces as counting does: what is counted is what the training rows' texts are encoded as.</summary>
    [Test]
    public void Rare_pieces_are_split_until_no_part_is_rare([Values(1, 2, 3, 5, 9)] int minimumCount, [Values(1, 2)] int seed)
    {
        var random = new Random(seed);
        string[] texts =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "aaabbcdefghijk"[random.Next(14)]))),
        ];
        SubwordTransformer model = Fit(new SubwordOptions { MinimumCount = minimumCount, VocabularySize = 300 }, texts);
        var counts = texts.SelectMany(text => Pieces(model, text)).CountBy(piece => piece).ToDictionary();
        Assert.That(
            counts.Where(piece => piece.Key != "<unknown>").Select(piece => piece.Value),
            Is.All.GreaterThanOrEqualTo(minimumCount)
        );
        Assert.That(model.Pieces.Skip(1), Is.EquivalentTo(counts.Keys.Where(piece => piece != "<unknown>")));
        Assert.That(model.Pieces.Skip(1).Select(piece => -counts[piece]), Is.Ordered);
        foreach (string text in texts.Concat(["abcxyz", "kkkk"]))
            if (!Pieces(model, text).Contains("<unknown>"))
                Assert.That(string.Concat(Pieces(model, text)), Is.EqualTo(text + "</w>"));
    }

    [Test]
    public void Lower_case_and_digits_are_learned_and_encoded_alike()
    {
        var options = new SubwordOptions
        {
            LowerCase = true,
            FoldDigits = true,
            UnknownPiece = "UNK",
            MinimumCount = 2,
        };
        SubwordTransformer model = Fit(options, "Year 1999", "year 2024");
        Assert.That(model.Pieces, Does.Contain("year</w>").And.Contain("0000</w>").And.ItemAt(0).EqualTo("UNK"));
        Assert.That(model.Encode("YEAR 1234"), Is.EqualTo(model.Encode("year 0000")));
    }

    [Test]
    public void The_keys_do_not_depend_on_the_rows_order()
    {
        SubwordTransformer one = Fit(new SubwordOptions { MinimumCount = 1 }),
            other = Fit(new SubwordOptions { MinimumCount = 1 }, [.. _texts.Reverse()]);
        Assert.That(other.Pieces, Is.EqualTo(one.Pieces));
        Assert.That(other.Encode("lowest, newer"), Is.EqualTo(one.Encode("lowest, newer")));
    }

    /// <summary>A label for each word becomes one for each first piece; a word of nothing is a step too.</summary>
    [Test]
    public void A_tagger_s_labels_are_those_of_first_pieces()
    {
        IDataView data = Words(["low", "newest", "", "xyz"], ["L", "N", "E", "X"]);
        var options = new SubwordOptions
        {
            OutputColumnName = "Tokens",
            InputColumnName = "Words",
            LabelColumnName = "TagKeys",
            PieceLabelColumnName = "PieceTags",
            WordIndexColumnName = "Word",
            VocabularySize = 8,
            MinimumCount = 1,
        };
        SubwordTransformer model = _ml.Transforms.Text.TokenizeIntoSubwords(options).Fit(data);
        IDataView pieces = model.Transform(data);
        int[] words = pieces.GetColumn<int[]>("Word").Single();
        uint[] labels = WordKeys.Of(pieces, "PieceTags").Single(),
            keys = WordKeys.Of(pieces, "Tokens").Single();
        Assert.That(words, Is.Ordered.And.Length.EqualTo(keys.Length).And.Length.GreaterThan(8));
        Assert.That(words.Distinct(), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(labels.Where(label => label > 0), Is.EqualTo(new uint[] { 1, 2, 3, 4 }));
        Assert.That(labels.Index().Where(label => label.Item > 0).Select(label => words[label.Index]), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(keys[Array.IndexOf(words, 2)], Is.Zero, "a missing key");
        Assert.That(WordKeys.Values(pieces.Schema, "PieceTags"), Is.EqualTo(new[] { "L", "N", "E", "X" }));
        DataViewSchema unlabelled = model.Transform(_ml.Transforms.DropColumns("TagKeys").Fit(data).Transform(data)).Schema;
        Assert.That(unlabelled.Select(column => column.Name), Does.Contain("Word").And.No.Member("PieceTags"));
        Assert.That(
            Assert.Catch(() => WordKeys.Of(model.Transform(Words(["low", "low"], ["L"])), "PieceTags"))!.GetBaseException().Message,
            Is.EqualTo(
                "Row 0 has 1 labels in column 'TagKeys' and 2 words in column 'Words'; expected as many: give a label for each word."
            )
        );
    }

    [Test]
    public void Options_out_of_range_are_refused()
    {
        Refused.Argument(
            () => Make(options => options.OutputColumnName = " "),
            "OutputColumnName is empty; it must name the column of keys"
        );
        Refused.Argument(() => Make(options => options.InputColumnName = ""), "InputColumnName is empty; it must name the column of texts");
        Refused.Argument(() => Make(options => options.VocabularySize = 1), "VocabularySize is 1; it must be 2 or more");
        Refused.Argument(() => Make(options => options.MinimumCount = 0), "MinimumCount is 0; it must be 1 or more");
        Refused.Argument(() => Make(options => options.UnknownPiece = "a b"), "UnknownPiece is 'a b'; it must be the name of the key");
        Refused.Argument(
            () => Make(options => options.PieceLabelColumnName = "x"),
            "PieceLabelColumnName is 'x', but LabelColumnName is null: set both, or neither."
        );
        Refused.Argument(
            () => Make(options => options.WordIndexColumnName = "Tokens"),
            "Two of the columns to add have one name (Tokens, Tokens): give each a name of its own."
        );
        void Make(Action<SubwordOptions> change)
        {
            var options = new SubwordOptions { OutputColumnName = "Tokens" };
            change(options);
            _ml.Transforms.Text.TokenizeIntoSubwords(options);
        }
    }

    [Test]
    public void Texts_without_pieces_are_refused()
    {
        Refused.Operation(
            () => Fit(new SubwordOptions(), "", " "),
            "Column 'Text' has no texts with pieces: it has no rows, or all texts are empty or white space."
        );
        Refused.Operation(
            () => Fit(new SubwordOptions { MinimumCount = 3 }, "ab"),
            "No piece of column 'Text' occurs 3 times or more, of 2 distinct ones with 2 occurrences: lower MinimumCount."
        );
    }

    [Test]
    public void Unknown_pieces_that_never_occur_are_a_warning()
    {
        var log = new LogCapture(_ml);
        Fit(new SubwordOptions { MinimumCount = 1 });
        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Has.One.StartsWith("The key of unknown pieces does not occur in column 'Text', as all its pieces have keys")
        );
    }

    private static string[] Pieces(SubwordTransformer model, string text) => [.. model.Encode(text).Select(token => model.Pieces[token])];

    private SubwordTransformer Fit(SubwordOptions options, params string[] texts)
    {
        (options.OutputColumnName, options.InputColumnName) = ("Tokens", "Text");
        return _ml.Transforms.Text.TokenizeIntoSubwords(options).Fit(Load(texts.Length > 0 ? texts : _texts));
    }

    private IDataView Load(params string[] texts) =>
        _ml.Data.LoadFromEnumerable(texts.Select(text => new WordRow { Text = text }).ToArray());

    private IDataView Words(string[] words, string[] tags)
    {
        IDataView data = _ml.Data.LoadFromEnumerable([new WordRow { Words = words, Tags = tags }]);
        return _ml.Transforms.Conversion.MapValueToKey("TagKeys", "Tags").Fit(data).Transform(data);
    }
}
