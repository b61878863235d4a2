using Microsoft.ML;
using Microsoft.ML.Tokenizers;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

// Given tokenizers of Microsoft.ML.Tokenizers.
public partial class SubwordEstimatorTests
{
    [Test]
    public void Files_of_byte_pair_encoding_are_encoded_as_the_library_does()
    {
        using var folder = new TemporaryFolder();
        string vocabulary = folder.PathOf("vocab.json"),
            merges = folder.PathOf("merges.txt");
        File.WriteAllText(vocabulary, """{"l": 7, "o": 1, "w": 2, "e": 3, "r": 4, "lo": 5, "low": 6, "?": 0}""");
        File.WriteAllText(merges, "#version: 0.2\nl o\nlo w\n");
        var tokenizer = SubwordTokenizer.FromBpeFiles(vocabulary, merges, unknownPiece: "?");
        SubwordTransformer model = Fit(new SubwordOptions { Tokenizer = tokenizer, MinimumCount = 1 });
        Assert.That(Pieces(model, "lower"), Is.EqualTo(new[] { "low", "e", "r" }));
        Assert.That(Pieces(model, "xo"), Is.EqualTo(new[] { "?", "<unknown>" }), "o alone did not occur");

        File.WriteAllText(merges, "l o x\n");
        Refused.Format(
            () => SubwordTokenizer.FromBpeFiles(vocabulary, merges),
            "Microsoft.ML.Tokenizers cannot make a tokenizer of kind Bpe of its files"
        );
        File.WriteAllText(vocabulary, "no json");
        Refused.Format(
            () => SubwordTokenizer.FromBpeFiles(vocabulary, merges),
            "give the files of such a tokenizer, unchanged, a JSON object of pieces and their numbers, and a text with two of these pieces "
                + "on each line."
        );
    }

    [Test]
    public void Bytes_of_GPT_2_are_pieces()
    {
        using var folder = new TemporaryFolder();
        string vocabulary = folder.PathOf("vocab.json"),
            merges = folder.PathOf("merges.txt");
        File.WriteAllText(vocabulary, """{"l": 0, "o": 1, "w": 2, "\u0120": 3, "lo": 4, "\u0120lo": 5}""");
        File.WriteAllText(merges, "l o\n\u0120 lo\n");
        SubwordTransformer model = Fit(
            new SubwordOptions { Tokenizer = SubwordTokenizer.FromBpeFiles(vocabulary, merges, SubwordSplit.Bytes), MinimumCount = 1 }
        );
        Assert.That(Pieces(model, "low low"), Is.EqualTo(new[] { "lo", "w", "\u0120lo", "w" }));
    }

    [Test]
    public void WordPiece_of_BERT_without_its_marks([Values] bool lowerCase)
    {
        using var folder = new TemporaryFolder();
        string vocabulary = folder.PathOf("vocab.txt");
        File.WriteAllLines(vocabulary, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "low", "##er", "##est", "new", "Low", ","]);
        SubwordTransformer model = Fit(
            new SubwordOptions { Tokenizer = SubwordTokenizer.FromWordPieceFile(vocabulary, lowerCase), MinimumCount = 1 },
            "low lower newest, Low wide"
        );
        Assert.That(
            Pieces(model, "Lower lowest, x"),
            Is.EqualTo(new[] { lowerCase ? "low" : "Low", "##er", "low", "##est", ",", "[UNK]" })
        );
    }

    [Test]
    public void Tiktoken_of_a_model()
    {
        using var folder = new TemporaryFolder();
        string vocabulary = folder.PathOf("small.tiktoken");
        byte[][] pieces = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), [.. "lo"u8], [.. "low"u8], [.. " low"u8]];
        File.WriteAllLines(vocabulary, pieces.Select((piece, number) => $"{Convert.ToBase64String(piece)} {number}"));
        SubwordTransformer model = Fit(
            new SubwordOptions { Tokenizer = SubwordTokenizer.FromTiktokenFile(vocabulary, "gpt-4"), MinimumCount = 1 },
            "low low é"
        );
        Assert.That(Pieces(model, "low low"), Is.EqualTo(new[] { "low", " low" }));
        Assert.That(model.Pieces, Is.Unique.And.No.Member(""), "each of the bytes of é has a name");
        Refused.Format(() => SubwordTokenizer.FromTiktokenFile(vocabulary, "no-model"), "a .tiktoken file of the named model.");
    }

    [Test]
    public void SentencePiece_models([Values("unigram", "bpe")] string kind)
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("small.model");
        File.WriteAllBytes(
            path,
            SentencePieceModel.Bytes(
                kind == "bpe",
                [
                    "\u2581low",
                    "er",
                    "\u2581new",
                    "est",
                    "\u2581",
                    "l",
                    "o",
                    "w",
                    "e",
                    "r",
                    "n",
                    "s",
                    "t",
                    "\u2581l",
                    "lo",
                    "\u2581lo",
                    "es",
                    "\u2581n",
                    "ne",
                    "\u2581ne",
                ]
            )
        );
        SubwordTransformer model = Fit(
            new SubwordOptions { Tokenizer = SubwordTokenizer.FromSentencePieceFile(path), MinimumCount = 1 },
            "lower newest",
            "low new"
        );
        Assert.That(Pieces(model, "newer lowest"), Is.EqualTo(new[] { "\u2581new", "er", "\u2581low", "est" }));
        File.WriteAllText(path, "no model");
        Refused.Format(() => SubwordTokenizer.FromSentencePieceFile(path), "a .model file of SentencePiece.");
    }

    [Test]
    public void A_registered_tokenizer_is_found_by_its_name()
    {
        SubwordTokenizer.Register("letters", () => Letters("abcdefghijklmnopqrstuvwxyz"));
        IDataView data = Load("low lower");
        SubwordTransformer model = Fit(new SubwordOptions { Tokenizer = SubwordTokenizer.FromRegistered("letters"), MinimumCount = 1 });
        byte[] file = SavedModel.Bytes(_ml, model, data.Schema);
        var loaded = (SubwordTransformer)SavedModel.Load(_ml, file, out _);
        Assert.That(loaded.Encode("lower"), Is.EqualTo(model.Encode("lower")).And.Length.EqualTo(5));

        SubwordTokenizer.Register("letters", () => Letters("zyxwvutsrqponmlkjihgfedcba"));
        Assert.That(
            Assert.Catch(() => SavedModel.Load(_ml, file, out _))!.GetBaseException().Message,
            Is.EqualTo(
                "The tokenizer that is registered under the name 'letters' encodes a text otherwise than the one that the model was "
                    + "trained with: register that one with SubwordTokenizer.Register(\"letters\", ...)."
            )
        );
        Refused.Operation(() => SubwordTokenizer.FromRegistered("none"), "No tokenizer is registered under the name 'none' (registered: ");

        static Tokenizer Letters(string letters) =>
            BpeTokenizer.Create(new BpeOptions(letters.Index().Select(letter => KeyValuePair.Create($"{letter.Item}", letter.Index))));
    }
}
