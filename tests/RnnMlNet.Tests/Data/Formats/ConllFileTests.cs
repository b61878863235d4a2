using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

[TestFixture]
internal sealed class ConllFileTests
{
    private FormatFile _files = null!;

    [SetUp]
    public void SetUp() => _files = new FormatFile("conll", (ml, path) => ml.Data.LoadFromConllFile(path));

    [TearDown]
    public void TearDown() => _files.Dispose();

    [Test]
    public void A_sentence_is_a_row()
    {
        IDataView view = _files.Load("He PRP B-NP\nreckons  VBZ\tB-VP\n\n \t\nSo RB O\n");

        Assert.That(
            view.Schema.Select(column => $"{column.Name} {column.Type}"),
            Is.EqualTo(["Tokens Vector<String>", "Labels Vector<String>"])
        );
        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(new string[][] { ["He", "reckons"], ["So"] }));
        Assert.That(view.GetColumn<string[]>("Labels"), Is.EqualTo(new string[][] { ["B-NP", "B-VP"], ["O"] }));
    }

    [Test]
    public void Columns_are_chosen_from_either_end()
    {
        IDataView view = Load(
            "1\tHe\tPRP\tB-NP\n2\treckons\tVBZ\tB-VP\n",
            new ConllOptions
            {
                TokensColumnName = "Words",
                TokensColumn = 1,
                Columns = [new ConllColumn("Pos", ^2), new ConllColumn("Chunk", 3), new ConllColumn("Again", ^1)],
            }
        );

        Assert.That(view.Schema.Select(column => column.Name), Is.EqualTo(new[] { "Words", "Pos", "Chunk", "Again" }));
        Assert.That(view.GetColumn<string[]>("Words").Single(), Is.EqualTo(new[] { "He", "reckons" }));
        Assert.That(view.GetColumn<string[]>("Pos").Single(), Is.EqualTo(new[] { "PRP", "VBZ" }));
        Assert.That(view.GetColumn<string[]>("Chunk").Single(), Is.EqualTo(new[] { "B-NP", "B-VP" }));
        Assert.That(view.GetColumn<string[]>("Again").Single(), Is.EqualTo(new[] { "B-NP", "B-VP" }));
    }

    [Test]
    public void Tokens_alone()
    {
        IDataView view = Load("He\nreckons\n", new ConllOptions { Columns = [] });

        Assert.That(view.GetColumn<string[]>("Tokens").Single(), Is.EqualTo(new[] { "He", "reckons" }));
    }

    [Test]
    public void Lines_that_begin_documents_are_no_words()
    {
        IDataView view = _files.Load("-DOCSTART- -X- O\n\nEU B-ORG\n\n-DOCSTART-\nrejects O\n-DOCSTART-like O\n");

        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(new string[][] { ["EU"], ["rejects", "-DOCSTART-like"] }));
    }

    [Test]
    public void Comments_are_before_the_first_word_and_only_where_they_are_asked_for()
    {
        const string Content = "# id 1\n#ff O\n# O\nx O\n";

        Assert.That(
            Load(Content, new ConllOptions { CommentPrefix = "# " }).GetColumn<string[]>("Tokens"),
            Is.EqualTo(new string[][] { ["#ff", "#", "x"] })
        );
        _files.Refuses(
            Content,
            2,
            "expected 3 columns as in the first line, received 2 in '#ff O': correct it, or set Separator if words " + "contain blanks"
        );
    }

    [Test]
    public void Words_with_blanks_have_a_separator()
    {
        IDataView view = Load("1 000\tNUM\nand so on\tADV\n \n\u00A0\tX\n", new ConllOptions { Separator = '\t' });

        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(new string[][] { ["1 000", "and so on"], ["\u00A0"] }));
    }

    [TestCase(
        "a b\nc d e\n",
        2,
        "expected 2 columns as in the first line, received 3 in 'c d e': correct it, or set Separator if words contain " + "blanks"
    )]
    [TestCase("a b\n-DOCSTART- x\n", 2, "-DOCSTART- is inside a sentence: put a blank line before it")]
    [TestCase(
        "a\n",
        1,
        "the column 0 of the tokens is also a column of annotations, and the line has 1 column: set TokensColumn and Columns "
            + "to those of the file"
    )]
    [TestCase("", 0, "the file ends without a word: expected a word and its annotations on each line")]
    [TestCase("\n-DOCSTART-\n\n", 3, "the file ends without a word: expected a word and its annotations on each line")]
    public void Lines_are_checked(string content, int line, string sentence) => _files.Refuses(content, line, sentence);

    [Test]
    public void Columns_that_the_file_does_not_have_are_refused()
    {
        Refused.Format(
            () => Load("a b\n", new ConllOptions { Columns = [new ConllColumn("Labels", 2)] }),
            ", line 1: the options name the column 2, but the line has 2 columns: name one of these."
        );
        Refused.Format(
            () => Load("a b\n", new ConllOptions { Columns = [new ConllColumn("Labels", ^3)], Separator = ' ' }),
            ", line 1: the options name the column ^3, but the line has 2 columns: name one of these, or another Separator."
        );
        Refused.Format(
            () => Load("a\t\tb\n", new ConllOptions { Separator = '\t' }),
            ", line 1: column 2 is empty in 'a\t\tb': expected a value, such as an underscore."
        );
        Refused.Argument(
            () => Load("a b\n", new ConllOptions { TokensColumnName = "Labels" }),
            "Two columns have the name 'Labels': give one of them another name."
        );
        Refused.Argument(
            () => Load("a b\n", new ConllOptions { Columns = [null!] }),
            "An element of Columns is null; each must name a column to read."
        );
    }

    [Test]
    public void Several_files_are_one_after_another()
    {
        string first = _files.Write("a b"),
            second = _files.Write("c d\n");

        IDataView view = _files.Context.Data.LoadFromConllFile(new MultiFileSource(first, second));

        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(new string[][] { ["a"], ["c"] }));
    }

    [Test]
    public void What_is_written_is_read([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        string[] letters = ["a", "b", "#", "-", "_", ".", "é", "😀", ",", ":"];
        string Word() => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => letters[random.Next(letters.Length)]));
        string[][][] sentences =
        [
            .. Enumerable
                .Range(0, random.Next(1, 9))
                .Select(_ => Enumerable.Range(0, random.Next(1, 9)).Select(_ => new[] { Word(), Word(), Word() }).ToArray()),
        ];
        string content = string.Join("\n\n", sentences.Select(s => string.Join('\n', s.Select(word => string.Join(' ', word)))));

        IDataView view = _files.Load(content);

        Assert.That(view.GetColumn<string[]>("Tokens"), Is.EqualTo(sentences.Select(s => s.Select(word => word[0]))));
        Assert.That(view.GetColumn<string[]>("Labels"), Is.EqualTo(sentences.Select(s => s.Select(word => word[2]))));
    }

    [Test]
    public void A_tagger_trains_on_a_file_as_it_is()
    {
        MLContext ml = _files.Context;
        var random = new Random(1);
        string[] words = ["the D\n", "a D\n", "dog N\n", "bird N\n", "saw V\n"];
        IDataView data = _files.Load(
            string.Join('\n', Enumerable.Range(0, 40).Select(_ => string.Concat(random.GetItems(words, random.Next(3, 8)))))
        );
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", "Labels")
            .Append(ml.Transforms.Conversion.MapValueToKey("Tokens"))
            .Append(
                ml.MulticlassClassification.Trainers.RnnSequenceTagger(
                    new RnnSequenceTaggerTrainer.Options
                    {
                        FeatureColumnName = "Tokens",
                        HiddenSize = 8,
                        EmbeddingSize = 8,
                        MaxEpochs = 10,
                        BatchSize = 4,
                        LearningRate = 0.03f,
                        EnsembleSize = 1,
                    }
                )
            );

        using var model = pipeline.Fit(data);

        Assert.That(ml.MulticlassClassification.EvaluateSequenceTagging(model.Transform(data)).Accuracy, Is.GreaterThan(0.9));
    }

    [TestCase("CoNLL2000/train.txt", false, 8936, 211727, 22)]
    [TestCase("CoNLL2000/test.txt", false, 2012, 47377, null)]
    [TestCase("WNUT17/train.conll", true, 3394, 62730, 13)]
    [TestCase("WNUT17/dev.conll", true, 1009, 15733, null)]
    [TestCase("WNUT17/test.conll", true, 1287, 23394, null)]
    [TestCase("NCBI_disease/train.tsv", true, 5424, 135701, 3)]
    [TestCase("NCBI_disease/devel.tsv", true, 923, 23969, 3)]
    [TestCase("NCBI_disease/test.tsv", true, 940, 24497, 3)]
    [TestCase("UD_English_EWT/ewt.train.tsv.gz", true, 12544, 204577, null)]
    [TestCase("UD_English_EWT/ewt.dev.tsv", true, 2001, 25147, null)]
    [TestCase("UD_English_EWT/ewt.test.tsv", true, 2077, 25094, null)]
    public void Published_sets(string file, bool hasTabs, int sentences, int words, int? tags)
    {
        IDataView view = _files.Context.Data.LoadFromConllFile(
            SharedData.Require(file),
            new ConllOptions { Separator = hasTabs ? '\t' : null }
        );
        string[][] labels = [.. view.GetColumn<string[]>("Labels")];

        Assert.That((labels.Length, labels.Sum(sentence => sentence.Length)), Is.EqualTo((sentences, words)));
        Assert.That(
            view.GetColumn<string[]>("Tokens").Select(sentence => sentence.Length),
            Is.EqualTo(labels.Select(sentence => sentence.Length))
        );
        if (tags is int count)
            Assert.That(labels.SelectMany(sentence => sentence).Distinct().Count(), Is.EqualTo(count));
    }

    [Test]
    public void The_parts_of_speech_of_a_published_set()
    {
        IDataView view = _files.Context.Data.LoadFromConllFile(
            SharedData.Require("UD_English_EWT/ewt.dev.tsv"),
            new ConllOptions { Separator = '\t', Columns = [new ConllColumn("Upos", 1), new ConllColumn("Xpos", 2)] }
        );

        Assert.That(view.GetColumn<string[]>("Upos").SelectMany(tags => tags).Distinct().Count(), Is.EqualTo(17));
    }

    private IDataView Load(string content, ConllOptions options) => _files.Context.Data.LoadFromConllFile(_files.Write(content), options);
}
