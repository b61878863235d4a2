using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

[TestFixture]
internal sealed class ConlluFileTests
{
    private FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("conllu", (ml, path) => ml.Data.LoadFromConlluFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    [Test]
    public void Words_are_read_without_multiword_tokens_and_empty_nodes()
    {
        string path = _files.Write(
            Lines(
                "# newdoc",
                "# sent_id = one",
                "# text = vámonos al mar = sí",
                "0.1 _ _ _ _ _ _ _ 1:dep _",
                "1-2 vámonos _ _ _ _ _ _ _ _",
                "1 vamos ir VERB _ Mood=Imp 0 root _ _",
                "2 nos nosotros PRON _ _ 1 obj _ _",
                "2.1 # _ _ _ _ _ _ _ _",
                "2.2 # _ _ _ _ _ _ _ _",
                "3-4 al _ _ _ _ _ _ _ SpaceAfter=No",
                "3 a a ADP _ _ 5 case _ _",
                "4 el el DET _ _ 5 det _ _",
                "5 mar mar NOUN _ _ 1 obl _ _",
                "",
                "",
                "1 _ _ SYM _ _ 0 root _ _",
                "2 x _ _ _ _ 1 dep _ _"
            )
        );

        IDataView view = _files.Context.Data.LoadFromConlluFile(
            path,
            new ConlluOptions
            {
                Columns =
                [
                    new ConlluColumn("Labels", ConlluField.Upos),
                    new ConlluColumn("Lemmas", ConlluField.Lemma),
                    new ConlluColumn("Heads", ConlluField.Head),
                ],
                MetadataKeys = ["sent_id", "text"],
            }
        );

        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(new string[][] { ["vamos", "nos", "a", "el", "mar"], ["_", "x"] }));
        Assert.That(view.GetColumn<string[]>("Labels"), Is.EqualTo(new string[][] { ["VERB", "PRON", "ADP", "DET", "NOUN"], ["SYM", ""] }));
        Assert.That(view.GetColumn<string[]>("Lemmas"), Is.EqualTo(new string[][] { ["ir", "nosotros", "a", "el", "mar"], ["_", ""] }));
        Assert.That(view.GetColumn<string[]>("Heads"), Is.EqualTo(new string[][] { ["0", "1", "5", "5", "1"], ["0", "1"] }));
        Assert.That(view.GetColumn<string>("sent_id"), Is.EqualTo(new[] { "one", "" }));
        Assert.That(view.GetColumn<string>("text"), Is.EqualTo(new[] { "vámonos al mar = sí", "" }));
        Assert.That(view.Schema["text"].Type, Is.EqualTo(TextDataViewType.Instance));
    }

    [Test]
    public void Without_options_the_labels_are_the_universal_parts_of_speech()
    {
        IDataView view = _files.Load(Lines("1 Då då ADV AB _ 0 root _ _").Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.That(view.Schema.Select(column => column.Name), Is.EqualTo(new[] { "Tokens", "Labels" }));
        Assert.That(view.GetColumn<string[]>("Labels").Single(), Is.EqualTo(new[] { "ADV" }));
    }

    [Test]
    public void Forms_may_contain_blanks()
    {
        IDataView view = _files.Load("1\t1 000\t1 000\tNUM\t_\t_\t0\troot\t_\t_\n");

        Assert.That(view.GetColumn<string[]>("Tokens").Single(), Is.EqualTo(new[] { "1 000" }));
    }

    [TestCase("x", "the ID is 'x': expected a word's number, a multiword token such as 1-2 or an empty node such as 1.1")]
    [TestCase("-1", "the ID is '-1': expected a word's number, a multiword token such as 1-2 or an empty node such as 1.1")]
    [TestCase("2-x", "the ID is '2-x': expected a word's number, a multiword token such as 1-2 or an empty node such as 1.1")]
    [TestCase("2-3.1", "the ID is '2-3.1': expected a word's number, a multiword token such as 1-2 or an empty node such as 1.1")]
    [TestCase("1", "the ID is 1: expected word 2, because words are numbered 1, 2, 3, ... in each sentence")]
    [TestCase("3", "the ID is 3: expected word 2, because words are numbered 1, 2, 3, ... in each sentence")]
    [TestCase(
        "3-4",
        "the multiword token 3-4 comes after word 1: expected one from its first word to its last, directly before them, that "
            + "overlaps no other"
    )]
    [TestCase(
        "2-1",
        "the multiword token 2-1 comes after word 1: expected one from its first word to its last, directly before them, that "
            + "overlaps no other"
    )]
    [TestCase(
        "2-3 2 3-4",
        "the multiword token 3-4 comes after word 2 and the multiword token 2-3: expected one from its first word to its "
            + "last, directly before them, that overlaps no other"
    )]
    [TestCase(
        "1.2",
        "the ID is 1.2: expected 1.1, because empty nodes are numbered from 1 after their word, and come before the next multiword "
            + "token"
    )]
    [TestCase(
        "0.1",
        "the ID is 0.1: expected 1.1, because empty nodes are numbered from 1 after their word, and come before the next multiword "
            + "token"
    )]
    [TestCase(
        "2-3 1.1",
        "the ID is 1.1: expected 1.1, because empty nodes are numbered from 1 after their word, and come before the next "
            + "multiword token"
    )]
    public void Ids_are_checked(string ids, string sentence)
    {
        string[] all = ["1", .. ids.Split(' ')];
        _files.Refuses(Lines([.. all.Select(id => $"{id} a a X _ _ 0 root _ _")]), all.Length, sentence);
    }

    [Test]
    public void An_empty_node_may_be_inside_a_multiword_token()
    {
        IDataView view = _files.Load(Lines([.. new[] { "1-2", "1", "1.1", "2" }.Select(id => $"{id} a{id} a X _ _ 0 root _ _")]));

        Assert.That(view.GetColumn<string[]>("Tokens").Single(), Is.EqualTo(new[] { "a1", "a2" }));
    }

    [Test]
    public void Lines_are_checked()
    {
        _files.Refuses("1\ta\n", 1, "expected 10 fields with a tab between them, received 2 in '1\ta': correct the line");
        _files.Refuses(
            Lines("1 a a X _ _ 0 root _ _") + "# late\n",
            2,
            "expected 10 fields with a tab between them, received 1 in '# late': move comments before the first word of the sentence"
        );
        _files.Refuses("1\ta\t\tX\t_\t_\t0\troot\t_\t_\n", 1, "the field LEMMA is empty: write an underscore where a value is unspecified");
        _files.Refuses(
            Lines("1-2 a _ _ _ _ _ _ _ _", "1 a a X _ _ 0 root _ _", ""),
            3,
            "the sentence ends after word 1, but its multiword token 1-2 has words up to 2: add them, or correct the token's ID"
        );
        _files.Refuses(
            Lines("0.1 a _ _ _ _ _ _ _ _", ""),
            2,
            "a sentence ends without a word: expected lines of words, whose IDs are whole numbers"
        );
        _files.Refuses("# sent_id = 1\n\n", 2, "comments end without a sentence: expected the lines of its words after them");
        _files.Refuses("", 0, "the file ends without a word: expected a word in ten fields on each line");
    }

    [Test]
    public void Options_are_checked()
    {
        string path = _files.Write(Lines("# a = 1", "# a = 2", "1 a a X _ _ 0 root _ _"));
        MLContext ml = _files.Context;

        Refused.Format(
            () => ml.Data.LoadFromConlluFile(path, new ConlluOptions { MetadataKeys = ["a"] }),
            ", line 2: the sentence has a second value of 'a': remove one of them."
        );
        Refused.Argument(
            () => ml.Data.LoadFromConlluFile(path, new ConlluOptions { MetadataKeys = ["Labels"] }),
            "Two columns have the name 'Labels': give one of them another name."
        );
        Refused.Argument(
            () => ml.Data.LoadFromConlluFile(path, new ConlluOptions { Columns = [new ConlluColumn("x", (ConlluField)10)] }),
            "The field 10 of column 'x' is unknown."
        );
        Refused.Argument(
            () => ml.Data.LoadFromConlluFile(path, new ConlluOptions { Columns = [null!] }),
            "An element of Columns is null; each must name a column to read."
        );
    }

    [Test]
    public void A_tagger_ignores_words_without_a_label()
    {
        MLContext ml = _files.Context;
        string sentence = Lines("1 the the DET _ _ 2 det _ _", "2 dog dog NOUN _ _ 0 root _ _", "3 ? ? _ _ _ 2 dep _ _", "");
        IDataView data = _files.Load(string.Concat(Enumerable.Repeat(sentence, 40)));
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", "Labels")
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens"))
            .Append(
                ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                    new RnnSequenceTaggerTrainer.Options
                    {
                        FeatureColumnName = "Tokens",
                        HiddenSize = 4,
                        EmbeddingSize = 4,
                        MaxEpochs = 10,
                        LearningRate = 0.05f,
                        EnsembleSize = 1,
                    }
                )
            );

        using var model = pipeline.Fit(data);
        IDataView scored = model.Transform(data);

        Assert.That(scored.GetColumn<uint[]>("Label").First(), Is.EqualTo(new uint[] { 1, 2, 0 }));
        Assert.That(ml.MulticlassClassification.EvaluateSequenceTagging(scored).Accuracy, Is.EqualTo(1));
    }

    // Blanks become the tabs between fields, but in comments.
    private static string Lines(params string[] lines) =>
        string.Concat(lines.Select(line => (line.StartsWith('#') ? line : line.Replace(' ', '\t')) + "\n"));
}
