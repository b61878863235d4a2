using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Exchange;

/// <summary>The transformations before the network that a runtime model supports, and those that it rejects.</summary>
[TestFixture]
public class RuntimeInputTests
{
    private static readonly string[] _texts =
    [
        "good day",
        "bad day",
        "a good one",
        "a bad one",
        "very good",
        "very bad",
        "good good",
        "bad bad",
    ];
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Text
    {
        public string Words { get; set; } = "";

        public bool Label { get; set; }
    }

    private sealed class Score
    {
        [ColumnName("Score")]
        public float Value { get; set; }
    }

    private sealed class Numbers
    {
        public float A { get; set; }

        [VectorType(3)]
        public float[] B { get; set; } = [];

        public float Label { get; set; }
    }

    [Test]
    public void A_text_is_divided_into_the_words_of_the_pipeline()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            _texts.Select(text => new Text { Words = text, Label = text.Contains("good") }).ToArray()
        );
        ITransformer model = _ml
            .Transforms.Text.TokenizeIntoWords("Tokens", "Words", [' ', '-'])
            .Append(_ml.Transforms.Conversion.MapValueToKey("Keys", "Tokens"))
            .Append(_ml.Transforms.CopyColumns("Features", "Keys"))
            .Append(Binary(new RnnBinaryTrainer.Options { FeatureColumnName = "Features" }))
            .Fit(data);
        SequenceModel loaded = SequenceModelTests.OfRuntimeFile(model);
        IDataView unknown = _ml.Data.LoadFromEnumerable(
            (Text[])[new() { Words = "good-day" }, new() { Words = "never seen good" }, new() { Words = "" }]
        );

        Assert.That(loaded.Input.TakesText, Is.True);
        Assert.That(loaded.Input.Words, Is.EqualTo(new[] { "good", "day", "bad", "a", "one", "very" }));
        var scores = (string[] texts) =>
            texts
                .Select(text =>
                {
                    var tokens = new List<int>();
                    loaded.Input.Tokenize(text, tokens);
                    var score = new float[1];
                    loaded.Score(tokens.ToArray(), score);
                    return score;
                })
                .ToArray();
        Assert.That(scores(_texts), Is.EqualTo(Scores.Of(model, data)).Within(1e-6));
        Assert.That(scores(["good-day", "never seen good", ""]), Is.EqualTo(Scores.Of(model, unknown)).Within(1e-6));
    }

    [Test]
    public void A_learned_vocabulary_is_applied_as_in_the_pipeline([Values] bool lowerCase, [Values] bool foldDigits)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            _texts.Select((text, i) => new Text { Words = $"{text} {i} {10 + i} Rare{i}", Label = text.Contains("good") }).ToArray()
        );
        ITransformer model = _ml
            .Transforms.Text.TokenizeIntoWords("Tokens", "Words")
            .Append(_ml.Transforms.Text.LearnVocabulary("Keys", "Tokens", lowerCase: lowerCase, foldDigits: foldDigits))
            .Append(Binary(new RnnBinaryTrainer.Options { FeatureColumnName = "Keys" }))
            .Fit(data);
        SequenceModel loaded = SequenceModelTests.OfRuntimeFile(model);
        string[] numbers = foldDigits ? ["0", "00"] : [];
        string[] rare = foldDigits ? [lowerCase ? "rare0" : "Rare0"] : [];
        Assert.That(loaded.Input.TakesText, Is.True);
        Assert.That(
            loaded.Input.Words,
            Is.EquivalentTo((string[])["<unknown>", "good", "day", "bad", "a", "one", "very", .. numbers, .. rare])
        );

        using var engine = _ml.Model.CreatePredictionEngine<Text, Score>(model);
        foreach (
            string text in (string[])["A GOOD day", "never seen 1984", "good 7 bad 33", "Rare0 rare9", "", "  very  <unknown>", "\uD83D"]
        )
        {
            var tokens = new List<int>();
            loaded.Input.Tokenize(text, tokens);
            var score = new float[1];
            loaded.Score(tokens.ToArray(), score);
            Assert.That(score[0], Is.EqualTo(engine.Predict(new Text { Words = text }).Value), text);
        }
    }

    [Test]
    public void Columns_are_joined_and_normalised([Values] bool behind, [Values] SequenceLayout layout)
    {
        var random = new Random(1);
        Numbers[] rows =
        [
            .. Enumerable
                .Range(0, 40)
                .Select(i => new Numbers
                {
                    A = 100 + i,
                    B = [random.NextSingle(), i, -5],
                    Label = i,
                }),
        ];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        IEstimator<ITransformer> pipeline = behind
            ? _ml.Transforms.Concatenate("Features", "A", "B").Append(_ml.Transforms.NormalizeMeanVariance("Features", fixZero: false))
            : _ml
                .Transforms.NormalizeMinMax("A")
                .Append(_ml.Transforms.NormalizeMinMax("Scaled", "B", fixZero: false))
                .Append(_ml.Transforms.Concatenate("Features", "A", "Scaled"));
        ITransformer model = pipeline
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        FeaturesPerStep = 2,
                        Layout = layout,
                        HiddenSize = 4,
                        MaxEpochs = 2,
                        EnsembleSize = 1,
                        Seed = 1,
                        ValidationFraction = 0,
                        PatchLength = 1,
                        ForStreaming = true,
                    }
                )
            )
            .Fit(data);
        SequenceModel loaded = SequenceModelTests.OfRuntimeFile(model);

        Assert.That((loaded.Input.Features, loaded.Input.FixedValues), Is.EqualTo((2, 4)));
        Assert.That(loaded.Input.ColumnNames, Is.EqualTo(new[] { "A", "B" }));
        float[][] scores =
        [
            .. rows.Select(row =>
            {
                float[] values = [row.A, .. row.B];
                var score = new float[1];
                loaded.Score(layout == SequenceLayout.StepMajor ? values : [values[0], values[2], values[1], values[3]], score);
                return score;
            }),
        ];
        Assert.That(scores, Is.EqualTo(Scores.Of(model, data)).Within(1e-5));
        Assert.That(
            Assert.Throws<ArgumentException>(() => loaded.Score([1f, 2], new float[1]))!.Message,
            Does.Contain("The model reads steps of 2 values, 4 in all, but was given 2.")
        );
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => loaded.CreateStream())!.Message,
            Does.Contain("the pipeline's normaliser takes rows of 4 values alone")
        );
    }

    private static IEnumerable<TestCaseData> Untakeable()
    {
        static TestCaseData Case(string name, Func<TransformsCatalog, IEstimator<ITransformer>> transform, string text) =>
            new TestCaseData(transform, text).SetArgDisplayNames(name);
        yield return Case(
            "binning",
            transforms => transforms.NormalizeBinning("Features", "Features"),
            "The normaliser of column 'Features' is not linear"
        );
        yield return Case(
            "two normalisers",
            transforms => transforms.NormalizeMinMax("Features").Append(transforms.NormalizeMeanVariance("Features")),
            "Two normalisers in a row make column 'Features'"
        );
        yield return Case(
            "replaced values",
            transforms => transforms.ReplaceMissingValues("Features", "Features"),
            "RnnMlNet.Runtime cannot apply MissingValueReplacingTransformer, of which the pipeline has one before the network (it "
                + "produces column 'Features')"
        );
    }

    [TestCaseSource(nameof(Untakeable))]
    public void What_cannot_be_taken_along_is_named(Func<TransformsCatalog, IEstimator<ITransformer>> transform, string text)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, 20)
                .Select(i => new Numbers
                {
                    A = i,
                    B = [i, 1, 2 - i],
                    Label = i,
                })
                .ToArray()
        );
        ITransformer model = _ml
            .Transforms.Concatenate("Features", "A", "B")
            .Append(transform(_ml.Transforms))
            .Append(
                _ml.Regression.Trainers.Rnn(
                    new RnnRegressionTrainer.Options
                    {
                        FeaturesPerStep = 2,
                        HiddenSize = 2,
                        MaxEpochs = 1,
                        EnsembleSize = 1,
                    }
                )
            )
            .Fit(data);
        Assert.That(Assert.Throws<InvalidOperationException>(() => model.SaveRuntimeModel(Stream.Null))!.Message, Does.Contain(text));
    }

    [Test]
    public void What_does_not_touch_the_sequence_is_no_obstacle()
    {
        IDataView data = TinyData.Load(_ml);
        ITransformer model = _ml
            .Transforms.ReplaceMissingValues("Flat2", "Flat")
            .Append(Tiny.Multiclass(_ml))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
            .Fit(data);
        Assert.That(SequenceModelTests.OfRuntimeFile(model).Outputs, Is.EqualTo(3));
    }

    [Test]
    public void A_model_without_a_recurrent_network_is_refused() =>
        Refused.Argument(
            () => _ml.Transforms.CopyColumns("Copy", "Flat").Fit(TinyData.Load(_ml)).SaveRuntimeModel(Stream.Null),
            "There is no recurrent classifier, regression or tagger in the model (ColumnCopyingTransformer)"
        );

    private RnnBinaryTrainer Binary(RnnBinaryTrainer.Options options)
    {
        (options.HiddenSize, options.MaxEpochs, options.EnsembleSize, options.Seed, options.ValidationFraction) = (4, 2, 1, 1, 0);
        return _ml.BinaryClassification.Trainers.Rnn(options);
    }
}
