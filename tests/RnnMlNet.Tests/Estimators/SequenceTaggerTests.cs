using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a sequence tagger learns, promises and refuses.</summary>
[TestFixture]
public class SequenceTaggerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class TokenRow
    {
        [KeyType(4)]
        public uint[] Tokens { get; set; } = [];

        [KeyType(2)]
        public uint[] Tags { get; set; } = [];
    }

    [Test]
    public void It_learns_the_tags_of_steps(
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens, ColumnKind.FeatureMajor, ColumnKind.RaggedChannels)] ColumnKind kind,
        [Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine
    )
    {
        using RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(
                _ml,
                kind,
                options =>
                {
                    Tiny.LearnWell(options);
                    options.Engine = engine;
                }
            )
            .Fit(TinyTags.Load(_ml));
        IDataView fresh = TinyTags.Load(_ml, count: 30, seed: 2);
        IDataView scored = _ml
            .Transforms.Conversion.MapKeyToValue("PredictedTags", "PredictedLabel")
            .Fit(model.Transform(fresh))
            .Transform(model.Transform(fresh));

        string[][] labels = [.. scored.GetColumn<string[]>(TinyTags.Label(kind).Replace("Keys", "s"))],
            predicted = [.. scored.GetColumn<string[]>("PredictedTags")];
        Assert.That(predicted.Select(row => row.Length), Is.EqualTo(labels.Select(row => row.Length)));
        Assert.That(
            labels.Zip(predicted).SelectMany(row => row.First.Zip(row.Second)).Average(step => step.First == step.Second ? 1.0 : 0),
            Is.GreaterThan(0.9)
        );
        Assert.That(model.Model.History.Epochs[^1].MetricName, Is.EqualTo("Accuracy"));
    }

    [Test]
    public void Scores_are_probabilities_step_after_step()
    {
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, ColumnKind.Ragged).Fit(TinyTags.Load(_ml));
        IDataView scored = model.Transform(TinyTags.Load(_ml));

        float[][] scores = [.. scored.GetColumn<float[]>("Score")];
        uint[][] predicted = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        for (int row = 0; row < scores.Length; row++)
        {
            float[][] steps = [.. scores[row].Chunk(2)];
            Assert.That(steps.Select(step => step.Sum()), Is.All.EqualTo(1).Within(1e-5));
            Assert.That(steps.Select(step => step[0] >= step[1] ? 1u : 2), Is.EqualTo(predicted[row]));
        }
        VBuffer<ReadOnlyMemory<char>> names = default,
            ofScores = default;
        scored.Schema["PredictedLabel"].GetKeyValues(ref names);
        scored.Schema["Score"].Annotations.GetValue("TrainingLabelValues", ref ofScores);
        Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EquivalentTo(new[] { "up", "down" }));
        Assert.That(
            ofScores.DenseValues().Select(name => name.ToString()),
            Is.EqualTo(names.DenseValues().Select(name => name.ToString()))
        );
    }

    [Test]
    public void A_missing_token_keeps_its_place()
    {
        var random = new Random(1);
        TokenRow[] rows =
        [
            .. Enumerable
                .Range(0, 200)
                .Select(_ =>
                {
                    uint[] tokens = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (uint)random.Next(5))];
                    return new TokenRow { Tokens = tokens, Tags = [.. tokens.Select(token => token == 0 ? 1u : 2)] };
                }),
        ];
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        var trainer = _ml.MulticlassClassification.Trainers.RnnSequenceTagger(
            new RnnSequenceTaggerTrainer.Options
            {
                LabelColumnName = nameof(TokenRow.Tags),
                FeatureColumnName = nameof(TokenRow.Tokens),
                HiddenSize = 8,
                LearningRate = 0.03f,
                MaxEpochs = 20,
                Seed = 1,
                Device = "cpu",
            }
        );
        using RnnSequenceTaggerTransformer model = trainer.Fit(data);

        Assert.That(model.Model.Vocabulary, Is.EqualTo(5), "Four keys, and the missing one.");
        Assert.That(model.Transform(data).GetColumn<uint[]>("PredictedLabel"), Is.EqualTo(rows.Select(row => row.Tags)));
    }

    [Test]
    public void Steps_without_a_label_do_not_count([Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine)
    {
        // Half the steps have no label; their values contradict those of the labelled ones.
        TokenRow[] right = Rows(token => token <= 2 ? 1u : 0),
            wrong = Rows(token => token <= 2 ? 1u : 2);
        float[] Weights(TokenRow[] rows) => [.. Train(rows, engine).Model.GetWeights().SelectMany(weight => weight.Values)];

        Assert.That(Train([.. right, .. wrong[..20]], engine).Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.3));
        Assert.That(
            Weights([.. right, new TokenRow { Tokens = [1, 2, 3, 4], Tags = [0, 0, 0, 0] }, .. wrong[..3]]),
            Is.EqualTo(Weights([.. right, .. wrong[..3]])),
            "A row without any label is left out."
        );
    }

    [Test]
    public void Label_and_sequence_of_different_lengths_are_refused()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            new TokenRow[]
            {
                new() { Tokens = [1, 2], Tags = [1, 2] },
                new() { Tokens = [1, 2, 3], Tags = [1, 2] },
            }
        );
        Refused.Operation(
            () => Trainer(EngineKind.Torch).Fit(data),
            "Row 1 has 2 labels in column 'Tags', but its sequence has 3 steps: a sequence tagger needs a label for each step (a missing "
                + "key where a step has none)."
        );
    }

    [Test]
    public void A_label_that_is_no_vector_of_keys_is_refused()
    {
        IDataView data = TinyTags.Load(_ml);
        foreach (string label in (string[])[TinyData.ClassLabel, nameof(SequenceRow.Flat), nameof(SequenceRow.Tags)])
            Refused.Argument(
                () => TinyTags.Trainer(_ml, configure: options => options.LabelColumnName = label).Fit(data),
                "a vector of Key<UInt32> of known count, one for each step (make one with MapValueToKey)"
            );
    }

    [Test]
    public void Pooling_is_no_option() =>
        Refused.Argument(
            () => TinyTags.Trainer(_ml, configure: options => options.Pooling = Pooling.Max),
            "Pooling is Max, but a sequence tagger has a prediction for each step, so that nothing is pooled: leave it null."
        );

    [Test]
    public void One_label_only_is_refused() =>
        Refused.Operation(() => Train(Rows(_ => 1), EngineKind.Torch), "The training rows have only one class");

    [Test]
    public void Sequences_without_steps_have_no_tags([Values] bool oneByOne)
    {
        using RnnSequenceTaggerTransformer model = Train(Rows(token => token <= 2 ? 1u : 2), EngineKind.Torch);
        TokenRow[] rows = [new() { Tokens = [] }, new() { Tokens = [3, 1] }, new() { Tokens = [] }];
        uint[][] predicted = oneByOne
            ? [.. rows.Select(_ml.Model.CreatePredictionEngine<TokenRow, Tagged>(model).Predict).Select(row => row.PredictedLabel)]
            : [.. model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<uint[]>("PredictedLabel")];

        Assert.That(predicted.Select(row => row.Length), Is.EqualTo(new[] { 0, 2, 0 }));
    }

    [Test]
    public void A_series_is_tagged_step_by_step()
    {
        using RnnSequenceTaggerTransformer model = Train(Rows(token => token <= 2 ? 1u : 2), EngineKind.Torch);
        uint[] tokens = [3, 0, 1, 4, 2, 2, 1];
        using var whole = _ml.Model.CreatePredictionEngine<TokenRow, Tagged>(model);
        using var stepped = _ml.Model.CreateSequencePredictionEngine<TokenRow, Tagged>(model);
        float[] expected = whole.Predict(new TokenRow { Tokens = tokens }).Score;

        // One step, then three, then the others.
        float[] scores =
        [
            .. new[] { tokens[..1], tokens[1..4], tokens[4..] }.SelectMany(steps =>
                stepped.Predict("s", new TokenRow { Tokens = steps }).Score
            ),
        ];

        Assert.That(scores, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void A_tagger_scores_the_same_in_every_way(
        [Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind,
        [Values(1, 2)] int layers,
        [Values] bool bidirectional
    )
    {
        IDataView data = TinyTags.Load(_ml);
        using RnnSequenceTaggerTransformer model = TinyTags
            .Trainer(
                _ml,
                kind,
                options =>
                {
                    options.Layers = layers;
                    options.Bidirectional = bidirectional;
                    options.HeadHiddenSizes = [5];
                }
            )
            .Fit(data);

        ScoreVerification verification = model.VerifyScores(data);

        Assert.That(verification.IsWithinTolerance, Is.True, verification.ToString());
        Assert.That(verification.Paths.Count(way => way.WasRun), Is.GreaterThanOrEqualTo(bidirectional ? 7 : 8), verification.ToString());
        Assert.That(verification.Rows, Is.EqualTo(48));
    }

    [Test]
    public void A_training_that_was_cut_off_goes_on_to_the_same_model()
    {
        using var folder = new TemporaryFolder();
        void Configure(RnnOptions options) => (options.MaxEpochs, options.HeadDropout, options.Seed) = (6, 0.2f, 3);
        using RnnSequenceTaggerTransformer whole = TinyTags.Trainer(_ml, ColumnKind.Ragged, Configure).Fit(TinyTags.Load(_ml));

        using var cut = new CancellationTokenSource();
        void Begin(RnnOptions options)
        {
            Configure(options);
            (options.CheckpointPath, options.CancellationToken) = (folder.PathOf("tagger.checkpoint"), cut.Token);
            options.Progress = new OnEpoch(3, cut.Cancel);
        }
        Assert.That(
            () => TinyTags.Trainer(_ml, ColumnKind.Ragged, Begin).Fit(TinyTags.Load(_ml)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        using RnnSequenceTaggerTransformer resumed = TinyTags
            .Trainer(
                _ml,
                ColumnKind.Ragged,
                options =>
                {
                    Configure(options);
                    options.CheckpointPath = folder.PathOf("tagger.checkpoint");
                }
            )
            .Fit(TinyTags.Load(_ml));

        Assert.That(
            resumed.Model.GetWeights().SelectMany(weight => weight.Values),
            Is.EqualTo(whole.Model.GetWeights().SelectMany(weight => weight.Values))
        );
    }

    [Test]
    public void A_model_of_another_kind_goes_on_as_a_tagger_with_a_new_head_only()
    {
        using RnnMulticlassTransformer classifier = Tiny.Multiclass(_ml, ColumnKind.Ragged).Fit(TinyData.Load(_ml));
        IDataView data = TinyTags.Load(_ml);

        Refused.Argument(
            () => TinyTags.Trainer(_ml, ColumnKind.Ragged).Fit(data, classifier.Model),
            "The previous model is RnnMulticlassModelParameters, but this trainer makes RnnSequenceTaggerModelParameters"
        );
        using RnnSequenceTaggerTransformer tagger = TinyTags
            .Trainer(_ml, ColumnKind.Ragged, options => options.ReplaceHead = true)
            .Fit(data, classifier.Model);
        using RnnSequenceTaggerTransformer further = TinyTags.Trainer(_ml, ColumnKind.Ragged).Fit(data, tagger.Model);
        Assert.That(further.Model.Outputs, Is.EqualTo(2));
    }

    [Test]
    public void It_comes_back_from_a_safetensors_file([Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind)
    {
        IDataView data = TinyTags.Load(_ml);
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, kind, options => options.HeadHiddenSizes = [5]).Fit(data);
        using var file = new MemoryStream();
        model.Model.SaveSafetensors(file);
        file.Position = 0;
        var options = new RnnImportOptions
        {
            FeatureColumnName = kind.ToString(),
            FeaturesPerStep = kind == ColumnKind.Ragged ? 2 : null,
            ClassNames = ["one", "two"],
        };
        using RnnSequenceTaggerTransformer back = _ml.MulticlassClassification.LoadRnnSequenceTaggerSafetensors(file, data.Schema, options);

        Assert.That(
            Scores.Of(back, data).SelectMany(score => score),
            Is.EqualTo(Scores.Of(model, data).SelectMany(score => score)).Within(1e-6)
        );
        options.Pooling = Pooling.Max;
        Refused.Argument(
            () => _ml.MulticlassClassification.LoadRnnSequenceTaggerSafetensors(file, data.Schema, options),
            "A sequence tagger pools nothing; leave Pooling null."
        );
    }

    [Test]
    public void Its_weights_go_into_a_safetensors_file()
    {
        using RnnSequenceTaggerTransformer model = TinyTags.Trainer(_ml, ColumnKind.Ragged).Fit(TinyTags.Load(_ml));
        using var file = new MemoryStream();
        model.Model.SaveSafetensors(file);
        string text = System.Text.Encoding.UTF8.GetString(file.ToArray());

        Assert.That(text, Does.Contain("SequenceClassification").And.Contain("head.0.weight"));
        Assert.That(text, Does.Not.Contain("rnnmlnet.pooling"));
        file.Position = 0;
        Assert.That(
            () =>
                _ml.MulticlassClassification.LoadRnnSafetensors(
                    file,
                    TinyTags.Load(_ml).Schema,
                    new RnnImportOptions { FeatureColumnName = "Ragged", FeaturesPerStep = 2 }
                ),
            Throws.InstanceOf<FormatException>().With.Message.Contains("SequenceClassification")
        );
    }

    private sealed class Tagged
    {
        public float[] Score { get; set; } = [];

        public uint[] PredictedLabel { get; set; } = [];
    }

    private static TokenRow[] Rows(Func<uint, uint> tag)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable
                .Range(0, 100)
                .Select(_ =>
                {
                    uint[] tokens = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => (uint)(1 + random.Next(4)))];
                    return new TokenRow { Tokens = tokens, Tags = [.. tokens.Select(tag)] };
                }),
        ];
    }

    private RnnSequenceTaggerTransformer Train(TokenRow[] rows, EngineKind engine) =>
        Trainer(engine).Fit(_ml.Data.LoadFromEnumerable(rows));

    private RnnSequenceTaggerTrainer Trainer(EngineKind engine) =>
        _ml.MulticlassClassification.Trainers.RnnSequenceTagger(
            Plain.Set(
                new RnnSequenceTaggerTrainer.Options
                {
                    LabelColumnName = nameof(TokenRow.Tags),
                    FeatureColumnName = nameof(TokenRow.Tokens),
                    HiddenSize = 8,
                    LearningRate = 0.03f,
                    MaxEpochs = 8,
                    ValidationFraction = 0,
                    Seed = 1,
                    Device = "cpu",
                    Engine = engine,
                }
            )
        );
}
