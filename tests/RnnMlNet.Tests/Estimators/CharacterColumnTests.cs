using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Words whose characters are read beside their keys.</summary>
[TestFixture]
public class CharacterColumnTests
{
    private static readonly string[] _endings = ["ing", "ed", "ly"];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class OneWord
    {
        public string[] Words { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class BadRow
    {
        public string[] Words { get; set; } = [];

        public string Text { get; set; } = "";

        public string[] Fewer { get; set; } = [];

        public string[] Tags { get; set; } = [];

        [VectorType(3)]
        public float[] Numbers { get; set; } = [];
    }

    [Test]
    public void Words_unknown_in_training_are_tagged_by_their_characters()
    {
        IDataView fresh = Load(2);
        using RnnSequenceTaggerTransformer with = Fit(Tagger()),
            without = Fit(Tagger(o => o.CharacterColumnName = null));
        Assert.That(Accuracy(with, fresh), Is.GreaterThan(0.95));
        Assert.That(Accuracy(without, fresh), Is.LessThan(0.6));
    }

    [Test]
    public void A_model_scores_the_same_everywhere([Values(1, 2)] int networks, [Values] bool isChained)
    {
        IDataView data = Load(1),
            fresh = Load(2);
        ITransformer model = Pipeline(
                Tagger(o =>
                {
                    (o.EnsembleSize, o.MaxEpochs, o.ConditionalRandomField) = (networks, 2, isChained);
                    o.ConvolutionFilters = networks == 2 ? 6 : null;
                })
            )
            .Fit(data);
        float[][] scores = Scores.Of(model, fresh);
        var tagger = (RnnSequenceTaggerTransformer)((TransformerChain<RnnSequenceTaggerTransformer>)model).LastTransformer;
        tagger.VerifyScores(Keyed(model, fresh)).ThrowIfDifferent();
        Assert.That(Scores.Of(SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _), fresh), Is.EqualTo(scores));

        SequenceModel runtime = SequenceModelTests.OfRuntimeFile(model);
        Assert.That(runtime.Input.TokenWidth, Is.EqualTo(21));
        Assert.That(runtime.Input.ToString(), Does.Contain("with the characters of their words"));
        string[][] rows = [.. fresh.GetColumn<string[]>("Words")];
        SequenceBatch batch = runtime.CreateBatch();
        foreach (string[] words in rows)
            batch.Add(Steps(runtime, words));
        var together = new float[scores.Sum(row => row.Length)];
        runtime.ScoreBatch(batch, together);
        Assert.That(together, Is.EqualTo(scores.SelectMany(row => row)).Within(1e-5));
        var own = new float[scores[0].Length];
        runtime.Score(Steps(runtime, rows[0]), own);
        Assert.That(own, Is.EqualTo(scores[0]).Within(1e-5));
    }

    [Test]
    public void It_is_trained_on_torch_too()
    {
        using RnnSequenceTaggerTransformer model = Fit(Tagger(o => (o.Engine, o.MaxEpochs) = (EngineKind.Torch, 15)));
        Assert.That(Accuracy(model, Load(2)), Is.GreaterThan(0.9));
    }

    [Test]
    public void A_fit_is_the_same_on_any_number_of_threads_and_continues_from_a_model()
    {
        NetworkWeights[] weights =
        [
            .. ((int[])[1, 3]).Select(threads =>
            {
                using RnnSequenceTaggerTransformer model = Fit(Tagger(o => (o.MaxEpochs, o.Threads) = (2, threads)));
                return model.Model.Network.Weights;
            }),
        ];
        foreach (NamedTensor tensor in weights[0].Tensors)
            Assert.That(weights[1][tensor.Name], Is.EqualTo(tensor.Values), tensor.Name);

        IDataView data = Keyed();
        using RnnSequenceTaggerTransformer first = Tagger(o => (o.MaxEpochs, o.CharacterFilters) = (2, 9)).Fit(data);
        // Of another alphabet: that of the first model is kept.
        IDataView few = _ml.Data.TakeRows(data, 4);
        using RnnSequenceTaggerTransformer second = Tagger(o => o.MaxEpochs = 1).Fit(few, first.Model);
        Assert.That(second.Model.Network.Shape.Characters, Is.EqualTo(first.Model.Network.Shape.Characters));
        Assert.That(second.Model.History.Options["CharacterFilters"], Is.EqualTo("9"));
        Refused.Argument(
            () => Tagger(o => (o.MaxEpochs, o.CharacterFilters) = (1, 8)).Fit(data, first.Model),
            "it has 9 filters of 30 values, 12 characters, the options 8 filters of 30 values, 12 characters"
        );
        Refused.Argument(
            () => Tagger(o => (o.MaxEpochs, o.CharacterColumnName) = (1, null)).Fit(data, first.Model),
            "it has 9 filters of 30 values, 12 characters, the options no characters of words"
        );
    }

    [Test]
    public void Word_by_word_an_engine_gives_the_scores_of_the_words_so_far([Values(null, 3)] int? window)
    {
        ITransformer model = Pipeline(Tagger(o => (o.MaxEpochs, o.Bidirectional) = (1, window is not null))).Fit(Load(1));
        using var engine = _ml.Model.CreateSequencePredictionEngine<OneWord, Prediction>(
            model,
            new SequencePredictionEngineOptions { WindowLength = window }
        );
        using var whole = _ml.Model.CreatePredictionEngine<OneWord, Prediction>(model);
        string[] words = ["unseen", "walking", "", "firstly", "overcharacteristicallyed", "walking"];
        for (int t = 0; t < words.Length; t++)
        {
            string[] soFar = words[Math.Max(0, t + 1 - (window ?? words.Length))..(t + 1)];
            Assert.That(
                engine.Predict("a", new OneWord { Words = [words[t]] }).Score,
                Is.EqualTo(whole.Predict(new OneWord { Words = soFar }).Score[^3..]).Within(1e-5),
                words[t]
            );
        }
    }

    [Test]
    public void A_classifier_reads_unknown_words_instead_of_skipping_them()
    {
        IDataView data = Load(1),
            fresh = Load(2);
        using var model = Pipeline(
                _ml.MulticlassClassification.Trainers.Rnn(
                    Options(new RnnMulticlassTrainer.Options { LabelColumnName = "Ending", CharacterColumnName = "Words" })
                )
            )
            .Fit(data);
        var metrics = _ml.MulticlassClassification.Evaluate(model.Transform(fresh), "Ending");
        Assert.That(metrics.MicroAccuracy, Is.GreaterThan(0.9));
        SequenceModel runtime = SequenceModelTests.OfRuntimeFile(model);
        string[] words = [.. fresh.GetColumn<string[]>("Words").First()];
        var scores = new float[3];
        runtime.Score(Steps(runtime, words), scores);
        Assert.That(scores, Is.EqualTo(Scores.Of(model, fresh)[0]).Within(1e-5));
        Assert.That(
            Scores.Of(SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _), fresh)[0],
            Is.EqualTo(scores).Within(1e-5)
        );
    }

    [Test]
    public void Its_file_for_torch_is_read_again_and_its_network_is_saved_as_ONNX([Values(null, 6)] int? filters)
    {
        IDataView data = Keyed();
        using RnnSequenceTaggerTransformer model = Tagger(o => (o.MaxEpochs, o.ConvolutionFilters) = (2, filters)).Fit(data);
        using var file = new MemoryStream();
        model.Model.SaveSafetensors(file);
        var options = new RnnImportOptions { FeatureColumnName = "Tokens", CharacterColumnName = "Words" };
        using RnnSequenceTaggerTransformer read = Import(options);
        Assert.That(read.Model.Network.Shape.Characters, Is.EqualTo(model.Model.Network.Shape.Characters));
        Assert.That(Scores.Of(read, data), Is.EqualTo(Scores.Of(model, data)));
        Refused.Format(
            () => Import(new RnnImportOptions { FeatureColumnName = "Tokens" }),
            "its network reads the characters of words, and CharacterColumnName names no column of them"
        );
        using RnnSequenceTaggerTransformer plain = Tagger(o => (o.MaxEpochs, o.CharacterColumnName) = (1, null)).Fit(data);
        file.SetLength(0);
        plain.Model.SaveSafetensors(file);
        Refused.Format(() => Import(options), "CharacterColumnName is 'Words', but its metadata has no characters");

        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        string[] words = data.GetColumn<string[]>("Words").First();
        uint[] keys = data.GetColumn<uint[]>("Tokens").First();
        long vocabulary = model.Model.Network.Shape.Vocabulary;
        OnnxResult result = run.Run(
            OnnxRun.Value("tokens", [.. keys.Select(key => key == 0 ? vocabulary - 1 : key - 1L)], 1, words.Length),
            OnnxRun.Value(
                "characters",
                [.. words.SelectMany(word => RandomWords.Codes(word).Select(code => (long)code))],
                1,
                words.Length,
                20
            ),
            OnnxRun.Value("lengths", new long[] { words.Length }, 1)
        );
        Assert.That(result.Floats("score"), Is.EqualTo(Scores.Of(model, data)[0]).Within(1e-4));

        RnnSequenceTaggerTransformer Import(RnnImportOptions from)
        {
            file.Position = 0;
            return _ml.MulticlassClassification.LoadRnnSequenceTaggerSafetensors(file, data.Schema, from);
        }
    }

    [Test]
    public void More_characters_than_so_many_filters_can_read_are_refused()
    {
        var row = new BadRow
        {
            Words = [.. Enumerable.Range(0x4E00, 6000).Select(code => (char)code).Chunk(16).Select(word => new string(word))],
            Tags = [.. Enumerable.Range(0, 375).Select(i => i % 2 == 0 ? "x" : "y")],
        };
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable([row, row, row, row]));
        Refused.Argument(
            () => Tagger(o => (o.MaxEpochs, o.CharacterFilters) = (1, 1024)).Fit(data),
            "CharacterFilters is 1024, and the words have 6000 different characters; so many filters can read at most 5457: set a smaller "
                + "number."
        );
    }

    [Test]
    public void What_cannot_be_read_is_refused_in_words()
    {
        var rows = new BadRow
        {
            Words = ["a", "b", "c"],
            Text = "a b c",
            Fewer = ["a", "b"],
            Tags = ["x", "y", "x"],
            Numbers = [1, 2, 3],
        };
        IDataView data = Keyed(_ml.Data.LoadFromEnumerable([rows, rows, rows, rows]));
        Refused.Operation(
            () => Tagger(o => o.CharacterColumnName = "Fewer").Fit(data),
            "Row 0 has 2 words in column 'Fewer' (CharacterColumnName), but 3 steps in column 'Tokens': give the vector of text that the "
                + "keys were mapped from."
        );
        Refused.Argument(() => Tagger(o => o.CharacterColumnName = "Text").Fit(data), "'Text': expected a vector of Text");
        Refused.Argument(() => Tagger(o => o.CharacterColumnName = "Tokens").Fit(data), "'Tokens': expected a vector of Text");
        Refused.Operation(
            () => Tagger(o => (o.FeatureColumnName, o.FeaturesPerStep) = ("Numbers", 1)).Fit(data),
            "CharacterColumnName is 'Words', but the steps of column 'Numbers' are not words as keys"
        );
        using RnnSequenceTaggerTransformer model = Tagger(o => o.MaxEpochs = 1).Fit(data);
        ITransformer other = _ml.Transforms.CopyColumns("Words", "Fewer").Fit(data);
        Refused.Operation(() => Scores.Of(other.Append(model), data), "Row 0 has 2 words in column 'Words'");

        ITransformer renamed = _ml
            .Transforms.CopyColumns("Spelling", "Fewer")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tokens", "Fewer"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Fewer"))
            .Append(Tagger(o => (o.MaxEpochs, o.CharacterColumnName) = (1, "Spelling")))
            .Fit(data);
        Assert.That(SequenceModelTests.OfRuntimeFile(renamed).Input.TokenWidth, Is.EqualTo(21));
        ITransformer apart = _ml.Transforms.Conversion.MapValueToKey("Tokens", "Tags").Append(Tagger(o => o.MaxEpochs = 1)).Fit(data);
        Refused.Operation(
            () => SequenceModelTests.OfRuntimeFile(apart),
            "The network reads the keys of column 'Tags' and the characters of column 'Words', and RnnMlNet.Runtime takes both from the "
                + "same words"
        );
    }

    [Test]
    public void A_text_that_the_pipeline_splits_is_split_by_the_runtime_model()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(1, 40));
        ITransformer model = _ml
            .Transforms.Text.TokenizeIntoWords("Split", "Text")
            .Append(_ml.Transforms.Conversion.MapValueToKey("Tokens", "Split"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Tags"))
            .Append(Tagger(o => (o.MaxEpochs, o.CharacterColumnName) = (1, "Split")))
            .Fit(data);
        SequenceModel runtime = SequenceModelTests.OfRuntimeFile(model);
        var steps = new List<int>();
        runtime.Input.Tokenize(data.GetColumn<string>("Text").First(), steps);
        float[] expected = Scores.Of(model, data)[0],
            scores = new float[expected.Length];
        runtime.Score([.. steps], scores);
        Assert.That(scores, Is.EqualTo(expected).Within(1e-5));
        Assert.That(
            Assert.Throws<ArgumentException>(() => runtime.Score(steps.ToArray().AsSpan(1), scores))!.Message,
            Does.Contain("21 values a step (TokenWidth), but was given")
        );
        steps[3] = -1;
        Assert.That(
            Assert.Throws<ArgumentOutOfRangeException>(() => runtime.Score([.. steps], scores))!.Message,
            Does.Contain("The code of a character must be from 0 to 65535: write each step with TryReadWord.")
        );
    }

    private RnnSequenceTaggerTrainer Tagger(Action<RnnSequenceTaggerTrainer.Options>? configure = null)
    {
        RnnSequenceTaggerTrainer.Options options = Options(new RnnSequenceTaggerTrainer.Options { CharacterColumnName = "Words" });
        configure?.Invoke(options);
        return _ml.MulticlassClassification.Trainers.RnnSequenceTagger(options);
    }

    private static T Options<T>(T options)
        where T : RnnOptions
    {
        options.FeatureColumnName = "Tokens";
        (options.HiddenSize, options.EmbeddingSize, options.Layers) = (8, 4, 1);
        (options.BatchSize, options.LearningRate, options.ValidationFraction, options.EnsembleSize) = (8, 0.02f, 0, 1);
        (options.MaxEpochs, options.InputDropout, options.Seed, options.Device) = (15, 0, 1, "cpu");
        return options;
    }

    private EstimatorChain<T> Pipeline<T>(IEstimator<T> trainer)
        where T : class, ITransformer => _ml.Transforms.Conversion.MapValueToKey("Tokens", "Words").Append(trainer);

    private RnnSequenceTaggerTransformer Fit(RnnSequenceTaggerTrainer trainer) => trainer.Fit(Keyed());

    // The sentences with keys for their words.
    private IDataView Keyed() => Keyed(Load(1));

    private IDataView Keyed(IDataView data)
    {
        var keys = _ml.Transforms.Conversion.MapValueToKey("Tokens", "Words");
        return keys.Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Tags")).Fit(data).Transform(data);
    }

    private static IDataView Keyed(ITransformer model, IDataView data) =>
        ((TransformerChain<RnnSequenceTaggerTransformer>)model).First().Transform(data);

    private double Accuracy(RnnSequenceTaggerTransformer model, IDataView fresh)
    {
        IDataView data = Keyed();
        ITransformer keys = _ml.Transforms.Conversion.MapValueToKey("Tokens", "Words").Fit(data);
        return _ml.MulticlassClassification.EvaluateSequenceTagging(model.Transform(keys.Transform(fresh))).Accuracy;
    }

    private IDataView Load(int seed, int count = 60)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(seed, count));
        // The same order of keys in all.
        return _ml
            .Transforms.Conversion.MapValueToKey("Label", "Tags", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(
                _ml.Transforms.Conversion.MapValueToKey("Ending", "First", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            )
            .Fit(data)
            .Transform(data);
    }

    private sealed class Sentence
    {
        public string[] Words { get; set; } = [];

        public string Text { get; set; } = "";

        public string[] Tags { get; set; } = [];

        public string First { get; set; } = "";
    }

    // Sentences of words that no other sentence has, whose tags are their endings; all words of some sentences end alike.
    private static Sentence[] Rows(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(row =>
                {
                    string first = _endings[row % 3];
                    string[] endings =
                    [
                        .. Enumerable.Range(0, 2 + random.Next(4)).Select(i => i == 0 || row % 2 == 0 ? first : _endings[random.Next(3)]),
                    ];
                    string[] words = [.. endings.Select(ending => new string(random.GetItems("abcdxyz".AsSpan(), 6)) + ending)];
                    return new Sentence
                    {
                        Words = words,
                        Text = string.Join(' ', words),
                        Tags = endings,
                        First = first,
                    };
                }),
        ];
    }

    private static int[] Steps(SequenceModel model, string[] words)
    {
        int width = model.Input.TokenWidth;
        var steps = new int[words.Length * width];
        for (int t = 0; t < words.Length; t++)
            Assert.That(model.Input.TryReadWord(words[t], steps.AsSpan(t * width, width)), Is.True);
        return steps;
    }
}
