using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// A network that reads several time steps at once is the network of wider steps that a user folds by hand; wherever it scores.
/// </summary>
public class PatchedModelTests
{
    private const int Features = 2;
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Series
    {
        [VectorType]
        public float[] Steps { get; set; } = [];

        [VectorType]
        public float[] Folded { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Answer
    {
        public float Score { get; set; }
    }

    // Lengths of 1 to 17 time steps.
    private static Series[] Rows(int patchLength, int count = 40)
    {
        var random = new Random(3);
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                {
                    float[] steps = [.. Enumerable.Range(0, (1 + i % 17) * Features).Select(_ => random.NextSingle() + i % 2)];
                    return new Series
                    {
                        Steps = steps,
                        Folded = ByHand(steps, patchLength),
                        Label = i % 2 == 0,
                    };
                }),
        ];
    }

    private static float[] ByHand(float[] steps, int patchLength)
    {
        var folded = new List<float>(steps);
        while (folded.Count % (patchLength * Features) != 0)
            folded.AddRange(steps[^Features..]);
        return [.. folded];
    }

    private RnnBinaryTransformer Fit(Series[] rows, string column, int features, Action<RnnOptions>? configure = null)
    {
        var options = Plain.Set(
            new RnnBinaryTrainer.Options
            {
                FeatureColumnName = column,
                FeaturesPerStep = features,
                HiddenSize = 5,
                MaxEpochs = 3,
                Seed = 2,
                Device = "cpu",
                PatchLength = 1,
            }
        );
        configure?.Invoke(options);
        return _ml.BinaryClassification.Trainers.Rnn(options).Fit(_ml.Data.LoadFromEnumerable(rows));
    }

    private RnnBinaryTransformer Patched(Series[] rows, int patchLength, Action<RnnOptions>? configure = null) =>
        Fit(
            rows,
            nameof(Series.Steps),
            Features,
            options =>
            {
                options.PatchLength = patchLength;
                configure?.Invoke(options);
            }
        );

    [Test]
    public void It_is_the_network_of_steps_folded_by_hand([Values(2, 3, 8, 50)] int patchLength)
    {
        Series[] rows = Rows(patchLength);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        using RnnBinaryTransformer own = Patched(rows, patchLength),
            byHand = Fit(rows, nameof(Series.Folded), Features * patchLength);
        Assert.That(Scores.Of(own, data), Is.EqualTo(Scores.Of(byHand, data)));
        Assert.That(own.Model.FeaturesPerStep, Is.EqualTo(Features));
    }

    [Test]
    public void It_scores_the_same_loaded_and_in_an_engine_and_everywhere()
    {
        Series[] rows = Rows(4);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        using RnnBinaryTransformer model = Patched(
            rows,
            4,
            options => (options.Bidirectional, options.Pooling) = (true, RandomNetwork.AllPooling)
        );
        float[][] scores = Scores.Of(model, data);
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);
        Assert.That(Scores.Of(loaded, data), Is.EqualTo(scores));
        using var engine = _ml.Model.CreatePredictionEngine<Series, Answer>(loaded);
        Assert.That(rows.Select(row => engine.Predict(row).Score), Is.EqualTo(scores.Select(score => score[0])).Within(1e-5));
        model.VerifyScores(data).ThrowIfDifferent();
    }

    [Test]
    public void Step_by_step_it_answers_as_to_all_steps_so_far(
        [Values(2, 3, 8)] int patchLength,
        [Values] CellKind cell,
        [Values(Pooling.Last, RandomNetwork.AllPooling)] Pooling pooling
    )
    {
        Series[] rows = Rows(patchLength);
        using RnnBinaryTransformer model = Patched(
            rows,
            patchLength,
            options => (options.Cell, options.Pooling, options.Bidirectional, options.ForStreaming) = (cell, pooling, null, true)
        );
        using var whole = _ml.Model.CreatePredictionEngine<Series, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false });
        using var folder = new TemporaryFolder();
        var engine = _ml.Model.CreateSequencePredictionEngine<Series, Answer>(model);
        float[] steps = rows[16].Steps;
        int taken = 0;
        // One, several, none at a time; after 7 steps from a file, a position within a patch of each length.
        foreach (int count in (int[])[1, 1, 0, 3, 2, 1, 5, 4])
        {
            float expected = whole.Predict(new Series { Steps = steps[..((taken + count) * Features)] }).Score;
            Assert.That(
                engine.Predict("s", new Series { Steps = steps[(taken * Features)..((taken + count) * Features)] }).Score,
                Is.EqualTo(expected).Within(1e-5),
                $"{taken} and {count} steps"
            );
            taken += count;
            Assert.That(engine.StepsOf("s"), Is.EqualTo(taken));
            if (taken != 7)
                continue;
            engine.CheckPoint(folder.PathOf("state"));
            engine.Dispose();
            engine = _ml.Model.OpenSequencePredictionEngine<Series, Answer>(model, folder.PathOf("state"));
        }
        engine.Dispose();
    }

    [Test]
    public void Onnx_takes_time_steps_of_any_length([Values(2, 3, 8)] int patchLength)
    {
        Series[] rows = Rows(patchLength, count: 17);
        using RnnBinaryTransformer model = Patched(
            rows,
            patchLength,
            options => (options.Bidirectional, options.Pooling) = (true, RandomNetwork.AllPooling)
        );
        float[] expected = [.. Scores.Of(model, _ml.Data.LoadFromEnumerable(rows)).Select(score => score[0])];
        int time = rows.Max(row => row.Steps.Length) / Features;
        float[] padded = [.. rows.SelectMany(row => row.Steps.Concat(Enumerable.Repeat(float.NaN, time * Features - row.Steps.Length)))];

        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(
            OnnxRun.Value("features", padded, rows.Length, time, Features),
            OnnxRun.Value("lengths", rows.Select(row => (long)row.Steps.Length / Features).ToArray(), rows.Length)
        );

        Assert.That(result.Floats("score"), Is.EqualTo(expected).Within(1e-4));
    }

    [Test]
    public void The_converter_takes_it_too([Values(2, 5)] int patchLength)
    {
        Series[] rows = Rows(patchLength);
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        using RnnBinaryTransformer model = Patched(rows, patchLength);
        using var file = new MemoryStream();
        _ml.Model.ConvertToOnnx(model, _ml.Transforms.SelectColumns(nameof(Series.Steps)).Fit(data).Transform(data), file);
        using var run = new OnnxRun(file.ToArray());
        foreach (Series row in rows.Where(row => row.Steps.Length > 0).Take(18))
        {
            float expected = Scores.Of(model, _ml.Data.LoadFromEnumerable([row]))[0][0];
            Assert.That(
                run.Run(OnnxRun.Value("Steps", row.Steps, 1, row.Steps.Length)).Floats("Score.output")[0],
                Is.EqualTo(expected).Within(1e-4),
                $"{row.Steps.Length} values"
            );
        }
    }

    [Test]
    public void A_Fit_goes_on_from_it_and_takes_its_patch_length()
    {
        Series[] rows = Rows(4);
        using RnnBinaryTransformer previous = Patched(rows, 4);
        var trainer = _ml.BinaryClassification.Trainers.Rnn(
            new RnnBinaryTrainer.Options
            {
                FeatureColumnName = nameof(Series.Steps),
                FeaturesPerStep = Features,
                MaxEpochs = 1,
                Seed = 1,
            }
        );
        using RnnBinaryTransformer next = trainer.Fit(_ml.Data.LoadFromEnumerable(rows), previous.Model);
        Assert.That(next.Model.History.Options["PatchLength"], Is.EqualTo("4"));
        Assert.That(next.Model.History.Options["HiddenSize"], Is.EqualTo("5"));
        var other = _ml.BinaryClassification.Trainers.Rnn(
            new RnnBinaryTrainer.Options
            {
                FeatureColumnName = nameof(Series.Steps),
                FeaturesPerStep = Features,
                PatchLength = 2,
            }
        );
        Refused.Argument(() => other.Fit(_ml.Data.LoadFromEnumerable(rows), previous.Model), "PatchLength is 4 in it, 2 here");
    }

    [Test]
    public void A_tagger_has_none() =>
        Refused.Argument(
            () => _ml.MulticlassClassification.Trainers.RnnSequenceTagger(new RnnSequenceTaggerTrainer.Options { PatchLength = 2 }),
            "PatchLength is 2, but a sequence tagger has a prediction for each step, so that steps are not joined: leave it null."
        );
}
