using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using ScoringHost;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Subwords as a part of pipelines: before trainers, saved and loaded, row by row, step by step, on several threads.</summary>
[TestFixture]
public class SubwordTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Text
    {
        [ColumnName("Text")]
        public string Sentence { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
    }

    private sealed class Tags
    {
        public string[] Words { get; set; } = [];

        [ColumnName("PredictedLabel")]
        public uint[] Predicted { get; set; } = [];

        public int[] Word { get; set; } = [];
    }

    // Rows are positive where a word begins with un, whatever it is.
    private static WordRow[] Rows(int count, string[] stems) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => WordRow.Of($"it is {(i % 2 == 0 ? "un" : "")}{stems[i / 2 % stems.Length]} now", i % 2 == 0)),
        ];

    private static readonly string[] _stems =
    [
        "happy",
        "kind",
        "real",
        "fair",
        "lucky",
        "clear",
        "safe",
        "wise",
        "able",
        "even",
        "seen",
        "tidy",
    ];

    [Test]
    public void A_word_that_never_occurred_is_judged_by_its_pieces()
    {
        ITransformer model = Pipeline(maxEpochs: 60, vocabularySize: 60).Fit(Load(Rows(96, _stems)));
        using PredictionEngine<Text, Prediction> engine = _ml.Model.CreatePredictionEngine<Text, Prediction>(model);
        foreach (string stem in (string[])["tried", "read", "laced"])
        {
            Assert.That(engine.Predict(new Text { Sentence = $"it is un{stem} now" }).Score, Is.Positive, stem);
            Assert.That(engine.Predict(new Text { Sentence = $"it is {stem} now" }).Score, Is.Negative, stem);
        }
    }

    [Test]
    public void A_fresh_process_scores_the_same()
    {
        IDataView data = Load(Rows(20, _stems));
        ITransformer model = Pipeline().Fit(data);
        IDataView rows = Load([.. Rows(10, _stems), WordRow.Of("Something else, 🙂!"), WordRow.Of("")]);
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
    public void A_loaded_tokenizer_is_the_same_to_the_byte([Values] bool lowerCase)
    {
        IDataView data = Load([.. Rows(20, _stems), WordRow.Of("half\uD83D \uD83D\uDE42 Żółć")]);
        SubwordTransformer fitted = _ml
            .Transforms.Text.TokenizeIntoSubwords("Tokens", "Text", minimumCount: 1, lowerCase: lowerCase)
            .Fit(data);
        var loaded = (SubwordTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, fitted, data.Schema), out _);
        Assert.That(loaded.Pieces, Is.EqualTo(fitted.Pieces));
        Assert.That(SavedModel.Entries(_ml, loaded, data.Schema), Is.EqualTo(SavedModel.Entries(_ml, fitted, data.Schema)));
        Assert.That(WordKeys.Of(loaded.Transform(data), "Tokens"), Is.EqualTo(WordKeys.Of(fitted.Transform(data), "Tokens")));
    }

    [Test]
    public void A_damaged_file_is_an_error_in_words()
    {
        IDataView data = Load(Rows(20, _stems));
        byte[] file = SavedModel.Bytes(_ml, _ml.Transforms.Text.TokenizeIntoSubwords("Tokens", "Text").Fit(data), data.Schema);
        byte[] damaged = SavedModel.With(
            file,
            "Model.key",
            bytes =>
            {
                bytes[bytes.AsSpan().IndexOf("Tokens"u8)] ^= 1;
                return bytes;
            }
        );
        Exception? failure = Assert.Catch(() => SavedModel.Load(_ml, damaged, out _))?.GetBaseException();
        Assert.That(
            failure,
            Is.InstanceOf<FormatException>()
                .With.Message.EqualTo("The model file's part 'subwords' is damaged or was altered: its checksum does not match.")
        );
    }

    [Test]
    public void Many_threads_encode_alike()
    {
        WordRow[] rows = [.. Enumerable.Range(0, 3000).SelectMany(i => Rows(2, [$"{_stems[i % 12]}{_stems[i * 7 % 12]}{i}"]))];
        SubwordTransformer model = _ml.Transforms.Text.TokenizeIntoSubwords("Tokens", "Text").Fit(Load(Rows(20, _stems)));
        int[][] expected = [.. rows.Select(row => model.Encode(row.Text))];
        var found = new int[rows.Length][];
        var loaded = (SubwordTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, Load(rows).Schema), out _);
        Parallel.For(0, rows.Length, i => found[i] = loaded.Encode(rows[i].Text));
        Assert.That(found, Is.EqualTo(expected));
    }

    [Test]
    public void A_stream_takes_a_text_at_a_time()
    {
        ITransformer model = Pipeline().Fit(Load(Rows(20, _stems)));
        using var whole = _ml.Model.CreatePredictionEngine<Text, Prediction>(model);
        using var stream = _ml.Model.CreateSequencePredictionEngine<Text, Prediction>(model);
        string[] words = ["it", "is", "unreadable", "?"];
        for (int t = 0; t < words.Length; t++)
            Assert.That(
                stream.Predict("series", new Text { Sentence = words[t] }).Score,
                Is.EqualTo(whole.Predict(new Text { Sentence = string.Join(' ', words[..(t + 1)]) }).Score).Within(1e-6),
                $"word {t}"
            );
    }

    [Test]
    public void A_tagger_learns_the_tags_of_words_by_their_pieces()
    {
        WordRow[] rows = Rows(64, _stems);
        foreach (WordRow row in rows)
            row.Tags = [.. row.Words.Select(word => word.StartsWith("un", StringComparison.Ordinal) ? "NOT" : "O")];
        var subwords = new SubwordOptions
        {
            OutputColumnName = "Tokens",
            InputColumnName = "Words",
            LabelColumnName = "TagKeys",
            PieceLabelColumnName = "PieceTags",
            WordIndexColumnName = "Word",
            VocabularySize = 40,
        };
        var options = new RnnSequenceTaggerTrainer.Options { LabelColumnName = "PieceTags", FeatureColumnName = "Tokens" };
        (options.HiddenSize, options.EmbeddingSize, options.MaxEpochs, options.EnsembleSize, options.Layers) = (8, 8, 20, 1, 1);
        (options.ValidationFraction, options.LearningRate, options.Seed) = (0, 0.02f, 1);
        ITransformer model = _ml
            .Transforms.Conversion.MapValueToKey("TagKeys", "Tags")
            .Append(_ml.Transforms.Text.TokenizeIntoSubwords(subwords))
            .Append(_ml.MulticlassClassification.Trainers.RnnSequenceTagger(options))
            .Fit(Load(rows));

        SequenceTaggingMetrics metrics = _ml.MulticlassClassification.EvaluateSequenceTagging(model.Transform(Load(rows)), "PieceTags");
        Assert.That(metrics.Accuracy, Is.EqualTo(1));
        // Rows to predict have no tags.
        ITransformer predicting = new TransformerChain<ITransformer>([.. ((IEnumerable<ITransformer>)model).Skip(1)]);
        IDataView unlabelled = _ml.Transforms.SelectColumns("Words").Fit(Load(rows)).Transform(Load(rows));
        foreach (Tags row in _ml.Data.CreateEnumerable<Tags>(predicting.Transform(unlabelled), reuseRowObject: false))
            for (int word = 0; word < row.Words.Length; word++)
                Assert.That(
                    row.Predicted[Array.IndexOf(row.Word, word)],
                    Is.EqualTo(row.Words[word].StartsWith("un", StringComparison.Ordinal) ? 2 : 1),
                    row.Words[word]
                );
    }

    [Test]
    public void RnnMlNet_Runtime_refuses_it_with_what_to_do_instead()
    {
        ITransformer model = Pipeline().Fit(Load(Rows(20, _stems)));
        using var file = new MemoryStream();
        Refused.Operation(
            () => model.SaveRuntimeModel(file),
            "RnnMlNet.Runtime cannot apply SubwordTransformer, which produces column 'Tokens': save the transformer of the network alone, "
                + "and make its tokens in the application, where Microsoft.ML.Tokenizers runs, with SubwordTransformer.Encode."
        );
        var chain = (IEnumerable<ITransformer>)model;
        chain.Last().SaveRuntimeModel(file);
        file.Position = 0;
        var alone = RnnMlNet.Runtime.SequenceModel.Load(file);
        int[] tokens = chain.OfType<SubwordTransformer>().Single().Encode("it is unreadable now");
        using var engine = _ml.Model.CreatePredictionEngine<Text, Prediction>(model);
        var score = new float[1];
        alone.Score(tokens, score);
        Assert.That(score[0], Is.EqualTo(engine.Predict(new Text { Sentence = "it is unreadable now" }).Score).Within(1e-5));
    }

    [Test]
    public void ConvertToOnnx_refuses_it_with_what_to_do_instead()
    {
        IDataView data = Load(Rows(20, _stems));
        ITransformer model = Pipeline().Fit(data);
        using var file = new MemoryStream();
        Refused.Operation(
            () => _ml.Model.ConvertToOnnx(model, data, file),
            "ConvertToOnnx cannot convert TokenizeIntoSubwords, which makes the keys of column 'Tokens', as ONNX has no operator that "
                + "encodes texts so: convert the transformers after it, which read keys, and make these in the application, with "
                + "SubwordTransformer.Encode."
        );
    }

    private IDataView Load(WordRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private EstimatorChain<RnnBinaryTransformer> Pipeline(int maxEpochs = 2, int vocabularySize = 100)
    {
        var options = new RnnBinaryTrainer.Options
        {
            FeatureColumnName = "Tokens",
            ForStreaming = true,
            Engine = EngineKind.Simd,
        };
        (options.HiddenSize, options.EmbeddingSize, options.MaxEpochs, options.EnsembleSize) = (8, 8, maxEpochs, 1);
        (options.LearningRate, options.ValidationFraction, options.BatchSize, options.Seed) = (1e-2f, 0, 8, 1);
        return _ml
            .Transforms.Text.TokenizeIntoSubwords("Tokens", "Text", vocabularySize)
            .Append(_ml.BinaryClassification.Trainers.Rnn(options));
    }
}
