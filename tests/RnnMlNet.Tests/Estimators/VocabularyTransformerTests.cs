using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A vocabulary as a part of pipelines: before a trainer, saved and loaded, row by row and step by step.</summary>
[TestFixture]
public class VocabularyTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Text
    {
        [ColumnName("Text")]
        public string Sentence { get; set; } = "";
    }

    private sealed class Step
    {
        public string[] Words { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    [Test]
    public void Words_never_seen_decide_nothing()
    {
        WordRow[] rows = [.. WordRow.Moods(60), WordRow.Of("single"), WordRow.Of("words never repeated", label: true)];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        TransformerChain<RnnBinaryTransformer> model = FromText(maxEpochs: 30).Fit(data);
        // Rows of rare words alone are rows of unknown words: none is left out.
        Assert.That(model.LastTransformer.Model.History.SkippedRows, Is.Zero);
        Assert.That(model.OfType<VocabularyTransformer>().Single().Words, Has.Count.EqualTo(6), "the, a, is, good, bad, unknown");

        using PredictionEngine<Text, Prediction> engine = _ml.Model.CreatePredictionEngine<Text, Prediction>(model);
        float Score(string text) => engine.Predict(new Text { Sentence = text }).Score;
        foreach (string unseen in (string[])["film", "thing3", "Good", "🙂", new string('x', 300)])
        {
            Assert.That(Score($"a {unseen} is good"), Is.EqualTo(Score("a <unknown> is good")).And.Positive, unseen);
            Assert.That(Score($"the {unseen} is bad"), Is.EqualTo(Score("the <unknown> is bad")).And.Negative, unseen);
        }
        Assert.That(Score("nothing known here"), Is.Not.NaN.And.Not.EqualTo(Score("")));
    }

    [Test]
    public void A_fresh_process_scores_the_same()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(WordRow.Moods(20));
        ITransformer model = FromText(lowerCase: true).Fit(data);
        IDataView rows = _ml.Data.LoadFromEnumerable([.. WordRow.Moods(10), WordRow.Of("A never seen THING is Good"), WordRow.Of("")]);
        string[] expected = [.. ScoreText.Lines(model.Transform(rows))];
        Assert.That(expected, Has.Length.EqualTo(12));

        using var folder = new TemporaryFolder();
        string modelFile = folder.PathOf("model.zip"),
            rowsFile = folder.PathOf("rows.idv"),
            scoresFile = folder.PathOf("scores.txt");
        _ml.Model.Save(model, data.Schema, modelFile);
        using (FileStream file = File.Create(rowsFile))
            _ml.Data.SaveAsBinary(rows, file);
        ChildProcess.RunWell(TestPaths.ScoringHost, "score", modelFile, rowsFile, scoresFile);
        Assert.That(File.ReadAllLines(scoresFile), Is.EqualTo(expected));
    }

    [Test]
    public void A_loaded_vocabulary_is_the_same_to_the_byte([Values] bool lowerCase, [Values] bool foldDigits)
    {
        IDataView data = _ml.Data.LoadFromEnumerable([.. WordRow.Moods(20), WordRow.Of("half\uD83D half\uD83D \uD83D\uDE42 \uD83D\uDE42")]);
        VocabularyTransformer fitted = _ml
            .Transforms.Text.LearnVocabulary("Tokens", "Words", lowerCase: lowerCase, foldDigits: foldDigits)
            .Fit(data);
        var loaded = (VocabularyTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(loaded.Words, Is.EqualTo(fitted.Words).And.Contain("half\uFFFD").And.Contain("\uD83D\uDE42"));
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, data.Schema)));
        Assert.That(WordKeys.Of(loaded.Transform(data), "Tokens"), Is.EqualTo(WordKeys.Of(fitted.Transform(data), "Tokens")));
    }

    [Test]
    public void A_damaged_vocabulary_is_an_error_in_words()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(WordRow.Moods(20));
        byte[] file = SavedModel.Bytes(_ml, _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Fit(data), data.Schema);
        byte[] damaged = SavedModel.With(
            file,
            "Model.key",
            bytes =>
            {
                bytes[bytes.AsSpan().IndexOf("good"u8)] ^= 1;
                return bytes;
            }
        );
        Exception? failure = Assert.Catch(() => SavedModel.Load(_ml, damaged, out _))?.GetBaseException();
        Assert.That(
            failure,
            Is.InstanceOf<FormatException>()
                .With.Message.EqualTo("The model file's part 'vocabulary' is damaged or was altered: its checksum does not match.")
        );
    }

    [Test]
    public void A_stream_takes_a_word_at_a_time_known_or_not()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(WordRow.Moods(20));
        ITransformer model = _ml.Transforms.Text.LearnVocabulary("Tokens", "Words").Append(Trainer(2)).Fit(data);
        using var whole = _ml.Model.CreatePredictionEngine<Step, Prediction>(model);
        using var stream = _ml.Model.CreateSequencePredictionEngine<Step, Prediction>(model);
        string[] words = ["a", "never", "seen", "thing", "is", "good"];
        var scores = new List<float>();
        for (int t = 0; t < words.Length; t++)
        {
            scores.Add(stream.Predict("series", new Step { Words = [words[t]] }).Score);
            Assert.That(scores[^1], Is.EqualTo(whole.Predict(new Step { Words = words[..(t + 1)] }).Score).Within(1e-6), $"step {t}");
        }
        Assert.That(scores, Is.Unique, "An unknown word is a step.");
    }

    /// <summary>A word in each row of a long table.</summary>
    [Test]
    public void Keys_of_single_words_are_grouped_into_sequences()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            new[] { "b", "a", "b", "c", "" }.Select(word => new WordRow { Text = word }).ToArray()
        );
        IDataView grouped = _ml
            .Transforms.Text.LearnVocabulary("Token", "Text", minimumCount: 1, maximumNumberOfWords: 2)
            .Append(_ml.Transforms.GroupIntoSequences("Tokens", [], null, ["Token"]))
            .Fit(data)
            .Transform(data);
        Assert.That(WordKeys.Of(grouped, "Tokens"), Is.EqualTo(new uint[][] { [2, 3, 2, 1, 0] }));
        Assert.That(WordKeys.Values(grouped.Schema, "Tokens"), Is.EqualTo(new[] { "<unknown>", "b", "a" }));
    }

    [Test]
    public void A_tagger_gives_unknown_words_the_trained_key()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(WordRow.Moods(20));
        var options = new RnnSequenceTaggerTrainer.Options { LabelColumnName = "TagKeys", FeatureColumnName = "Tokens" };
        (options.HiddenSize, options.EmbeddingSize, options.MaxEpochs, options.EnsembleSize) = (3, 3, 1, 1);
        ITransformer model = _ml
            .Transforms.Conversion.MapValueToKey("TagKeys", "Tags")
            .Append(_ml.Transforms.Text.LearnVocabulary("Tokens", "Words"))
            .Append(_ml.MulticlassClassification.Trainers.RnnSequenceTagger(options))
            .Fit(data);
        IDataView rows = _ml.Data.LoadFromEnumerable([WordRow.Of("a <unknown> is good"), WordRow.Of("a film is good")]);
        float[][] scores = Scores.Of(model, rows);
        Assert.That(scores[1], Is.EqualTo(scores[0]).And.Length.EqualTo(8).And.All.InRange(0f, 1f));
    }

    private EstimatorChain<RnnBinaryTransformer> FromText(int maxEpochs = 2, bool lowerCase = false) =>
        _ml
            .Transforms.Text.TokenizeIntoWords("Words", "Text")
            .Append(_ml.Transforms.Text.LearnVocabulary("Tokens", "Words", lowerCase: lowerCase))
            .Append(Trainer(maxEpochs));

    private RnnBinaryTrainer Trainer(int maxEpochs)
    {
        var options = new RnnBinaryTrainer.Options
        {
            FeatureColumnName = "Tokens",
            ForStreaming = true,
            Engine = EngineKind.Simd,
        };
        (options.HiddenSize, options.EmbeddingSize, options.MaxEpochs, options.EnsembleSize) = (8, 4, maxEpochs, 1);
        (options.LearningRate, options.ValidationFraction, options.BatchSize, options.Seed) = (1e-2f, 0, 8, 1);
        return _ml.BinaryClassification.Trainers.Rnn(options);
    }
}
