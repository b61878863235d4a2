using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Runtime;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A tagger whose tags are scored together.</summary>
[TestFixture]
public class ConditionalRandomFieldTests
{
    private readonly MLContext _ml = new(seed: 1);

    private RnnSequenceTaggerTrainer Trainer(
        ColumnKind kind = ColumnKind.Ragged,
        Action<RnnSequenceTaggerTrainer.Options>? configure = null
    ) =>
        TinyTags.Trainer(
            _ml,
            kind,
            options =>
            {
                Tiny.LearnWell(options);
                var own = (RnnSequenceTaggerTrainer.Options)options;
                own.ConditionalRandomField = true;
                configure?.Invoke(own);
            }
        );

    [TestCase(ColumnKind.Ragged, 1)]
    [TestCase(ColumnKind.RaggedTokens, 2)]
    public void It_learns_is_saved_and_scores_the_same_everywhere(ColumnKind kind, int networks)
    {
        IDataView data = TinyTags.Load(_ml);
        using RnnSequenceTaggerTransformer model = Trainer(kind, o => o.EnsembleSize = networks).Fit(data);
        Assert.That(Accuracy(model, data, kind), Is.GreaterThan(0.9));
        model.VerifyScores(data).ThrowIfDifferent();

        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = _ml.Model.Load(file, out _);
        float[][] scores = Column<float[]>(model, data, "Score");
        uint[][] tags = Column<uint[]>(model, data, "PredictedLabel");
        Assert.That(Column<float[]>(loaded, data, "Score"), Is.EqualTo(scores));
        Assert.That(Column<uint[]>(loaded, data, "PredictedLabel"), Is.EqualTo(tags));

        SequenceModel runtime = SequenceModelTests.OfRuntimeFile(model);
        SequenceRow[] rows = TinyData.Rows(48);
        SequenceBatch batch = runtime.CreateBatch();
        for (int row = 0; row < rows.Length; row++)
        {
            int steps = tags[row].Length;
            var own = new float[2 * steps];
            var predicted = new int[steps];
            if (kind == ColumnKind.Ragged)
            {
                runtime.Score(rows[row].Ragged, own);
                runtime.PredictTags(rows[row].Ragged, [], predicted);
                batch.Add(rows[row].Ragged);
            }
            else
            {
                int[] tokens = [.. rows[row].RaggedTokens.Select(token => (int)token - 1)];
                runtime.Score(tokens, own);
                runtime.PredictTags(tokens, [], predicted);
                batch.Add(tokens);
            }
            Assert.That(own, Is.EqualTo(scores[row]).Within(1e-5));
            Assert.That(predicted.Select(tag => (uint)tag + 1), Is.EqualTo(tags[row]));
        }
        var together = new float[scores.Sum(row => row.Length)];
        runtime.ScoreBatch(batch, together);
        Assert.That(together, Is.EqualTo(scores.SelectMany(row => row)).Within(1e-5));
        Assert.That(runtime.CanStream, Is.False);
        Assert.That(
            Assert.Throws<InvalidOperationException>(() => runtime.CreateStream())!.Message,
            Does.Contain("it scores the tags of a sequence together (ConditionalRandomField)")
        );
    }

    [Test]
    public void A_pair_of_tags_that_never_occurs_is_not_predicted()
    {
        // Each step shows a number about the tag's, a, b, c, a, b, c, ... with noise of the distance between two of them.
        IDataView data = Cycles(count: 200, seed: 1),
            fresh = Cycles(count: 100, seed: 2);
        double[] wrongPairs = [.. new[] { false, true }.Select(isChained => WrongPairs(isChained, data, fresh))];
        Assert.That(wrongPairs[1], Is.LessThan(0.2 * wrongPairs[0]));
    }

    [Test]
    public void Without_a_label_at_some_steps_it_learns_from_the_others_and_validates_on_them()
    {
        IDataView data = Cycles(count: 200, seed: 1, hasHoles: true);
        using RnnSequenceTaggerTransformer model = CycleTrainer(true, o => (o.ValidationFraction, o.MaxEpochs) = (0.2f, 8)).Fit(data);
        EpochReport last = model.Model.History.Epochs[^1];
        Assert.That(last.ValidationMetric, Is.GreaterThan(0.9));
        Assert.That(last.ValidationLoss, Is.LessThan(model.Model.History.Epochs[0].ValidationLoss!.Value));
    }

    [Test]
    public void What_does_not_go_together_is_refused_in_words()
    {
        IDataView data = TinyTags.Load(_ml);
        Refused.Argument(
            () => Trainer(configure: o => o.ClassWeighting = ClassWeighting.Balanced),
            "ClassWeighting is Balanced, but ConditionalRandomField is true, and scores the tags of a sequence together, so that a step "
                + "has no weight of its own: leave it Equal."
        );
        Refused.Argument(
            () => Trainer(configure: o => o.LabelSmoothing = 0.1f),
            "LabelSmoothing is 0.1, but ConditionalRandomField is true, and scores the tags of a sequence together: leave it 0."
        );
        Refused.Argument(
            () => Trainer(configure: o => o.ForStreaming = true),
            "ForStreaming is true, but ConditionalRandomField is true, and scores the tags of a sequence together, so that a step's output "
                + "depends on later steps: set one of the two to false."
        );
        Refused.Argument(
            () => Trainer(configure: o => o.Engine = EngineKind.Torch),
            "ConditionalRandomField is true, which is trained in C# only: leave Engine Auto and CustomCell null."
        );
        using RnnSequenceTaggerTransformer model = Trainer(configure: o => o.MaxEpochs = 1).Fit(data);
        Refused.Operation(
            () => model.SaveAsOnnx(Stream.Null),
            "The network cannot be saved as ONNX: it scores the tags of a sequence together (ConditionalRandomField), and ONNX has no "
                + "operator for that."
        );
        Refused.Argument(
            () => TinyTags.Trainer(_ml, ColumnKind.Ragged, Tiny.LearnWell).Fit(data, model.Model),
            "ConditionalRandomField is True in it, False here"
        );
    }

    [Test]
    public void More_tags_than_pairs_can_be_weighed_are_refused_before_training()
    {
        var schema = SchemaDefinition.Create(typeof(CycleRow));
        schema[nameof(CycleRow.Tags)].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), 8193));
        IDataView data = _ml.Data.LoadFromEnumerable([new CycleRow { Values = [1, 2], Tags = [1, 8193] }], schema);
        Refused.Argument(
            () => CycleTrainer(true).Fit(data),
            "ConditionalRandomField is true, but there are 8193 tags; it has weights for the pairs of at most 8192."
        );
    }

    // A third of the labels is random, which the network memorises.
    [Test]
    public void Calibrated_it_predicts_the_same_tags_with_a_lower_log_loss()
    {
        IDataView data = Cycles(count: 60, seed: 1, wrong: 3),
            fresh = Cycles(count: 200, seed: 2, wrong: 3);
        RnnSequenceTaggerTransformer Fit(bool calibrate) =>
            CycleTrainer(
                    true,
                    o => (o.Calibrate, o.ValidationFraction, o.MaxEpochs, o.HiddenSize, o.Bidirectional) = (calibrate, 0.3f, 80, 16, true)
                )
                .Fit(data);
        using RnnSequenceTaggerTransformer raw = Fit(false),
            calibrated = Fit(true);

        double temperature = calibrated.Model.History.Temperature!.Value;
        Assert.That((raw.Model.History.Temperature, temperature), Is.EqualTo((default(double?), temperature)));
        Assert.That(temperature, Is.GreaterThan(1.2));
        foreach (string name in new[] { "crf.transitions", "crf.start_transitions", "crf.end_transitions", "head.0.weight", "head.0.bias" })
            Assert.That(
                Weight(calibrated, name),
                Is.EqualTo(Weight(raw, name).Select(weight => weight / (float)temperature)).Within(1e-6),
                name
            );
        Assert.That(Column<uint[]>(calibrated, fresh, "PredictedLabel"), Is.EqualTo(Column<uint[]>(raw, fresh, "PredictedLabel")));
        Assert.That(LogLoss(calibrated, fresh), Is.LessThan(LogLoss(raw, fresh) - 0.1));
    }

    private static double LogLoss(RnnSequenceTaggerTransformer model, IDataView data) =>
        Column<uint[]>(model, data, nameof(CycleRow.Tags))
            .Zip(Column<float[]>(model, data, "Score"))
            .SelectMany(row => row.First.Select((tag, step) => -Math.Log(row.Second[step * 3 + (int)tag - 1])))
            .Average();

    [Test]
    public void Another_device_than_the_CPU_is_warned_of()
    {
        var log = new LogCapture(_ml);
        CycleTrainer(true, o => (o.Device, o.MaxEpochs) = ("cuda", 1)).Fit(Cycles(count: 20, seed: 1)).Dispose();
        Assert.That(log.Warnings, Has.One.Contains("Device is 'cuda', but a ConditionalRandomField is trained in C#, on the CPU."));
    }

    [Test]
    public void An_engine_refuses_it_with_a_window_too()
    {
        using RnnSequenceTaggerTransformer model = CycleTrainer(true, o => o.MaxEpochs = 1).Fit(Cycles(count: 20, seed: 1));
        Refused.Argument(
            () =>
                _ml.Model.CreateSequencePredictionEngine<CycleRow, CyclePrediction>(
                    model,
                    new SequencePredictionEngineOptions { WindowLength = 20 }
                ),
            "The model scores the tags of a sequence together (ConditionalRandomField)"
        );
    }

    private sealed class CyclePrediction
    {
        public uint[] PredictedLabel { get; set; } = [];
    }

    [Test]
    public void A_new_head_has_new_weights_of_pairs()
    {
        IDataView data = Cycles(count: 60, seed: 1);
        using RnnSequenceTaggerTransformer model = CycleTrainer(true).Fit(data);
        // Of a rate of nearly 0, so that weights stay as they begin.
        using RnnSequenceTaggerTransformer again = CycleTrainer(
                true,
                o => (o.ReplaceHead, o.LearningRate, o.MaxEpochs, o.Seed) = (true, 1e-12f, 1, 5)
            )
            .Fit(data, model.Model);
        Assert.That(Weight(again, "rnn.weight_ih_l0"), Is.EqualTo(Weight(model, "rnn.weight_ih_l0")).Within(1e-6));
        Assert.That(Weight(again, "crf.transitions"), Has.All.InRange(-0.1f, 0.1f));
        Assert.That(Weight(model, "crf.transitions"), Has.Some.GreaterThan(0.15f));
    }

    private static IReadOnlyList<float> Weight(RnnSequenceTaggerTransformer model, string name) =>
        model.Model.GetWeights().Single(weight => weight.Name == name).Values;

    private double WrongPairs(bool isChained, IDataView data, IDataView fresh)
    {
        using RnnSequenceTaggerTransformer model = CycleTrainer(isChained).Fit(data);
        return Column<uint[]>(model, fresh, "PredictedLabel")
            .Average(row => row.Zip(row.Skip(1)).Count(pair => pair.Second != pair.First % 3 + 1));
    }

    private RnnSequenceTaggerTrainer CycleTrainer(bool isChained, Action<RnnSequenceTaggerTrainer.Options>? configure = null)
    {
        var options = new RnnSequenceTaggerTrainer.Options
        {
            FeatureColumnName = nameof(CycleRow.Values),
            LabelColumnName = nameof(CycleRow.Tags),
            FeaturesPerStep = 1,
            HiddenSize = 2,
            Layers = 1,
            Bidirectional = false,
            MaxEpochs = 6,
            BatchSize = 8,
            LearningRate = 0.02f,
            ValidationFraction = 0,
            EnsembleSize = 1,
            Seed = 1,
            ConditionalRandomField = isChained,
        };
        configure?.Invoke(options);
        return _ml.MulticlassClassification.Trainers.RnnSequenceTagger(options);
    }

    // Of every so many tags one is random: none for 0.
    private IDataView Cycles(int count, int seed, bool hasHoles = false, int wrong = 0)
    {
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    int start = random.Next(3);
                    int[] tags = [.. Enumerable.Range(start, random.Next(3, 12)).Select(t => t % 3)];
                    return new CycleRow
                    {
                        Values = [.. tags.Select(tag => tag + (float)(2 * random.NextDouble() - 1))],
                        Tags =
                        [
                            .. tags.Select(
                                (tag, t) =>
                                    hasHoles && t % 3 == 1 ? 0
                                    : wrong > 0 && random.Next(wrong) == 0 ? (uint)random.Next(3) + 1
                                    : (uint)tag + 1
                            ),
                        ],
                    };
                })
                .ToArray()
        );
    }

    private static double Accuracy(RnnSequenceTaggerTransformer model, IDataView data, ColumnKind kind)
    {
        uint[][] labels = Column<uint[]>(model, data, TinyTags.Label(kind)),
            predicted = Column<uint[]>(model, data, "PredictedLabel");
        return labels.Zip(predicted).SelectMany(row => row.First.Zip(row.Second)).Average(step => step.First == step.Second ? 1.0 : 0);
    }

    private static T[] Column<T>(ITransformer model, IDataView data, string name) => [.. model.Transform(data).GetColumn<T>(name)];

    private sealed class CycleRow
    {
        public float[] Values { get; set; } = [];

        [KeyType(3)]
        public uint[] Tags { get; set; } = [];
    }
}
