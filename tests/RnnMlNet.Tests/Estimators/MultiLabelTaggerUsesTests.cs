using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A tagger with several labels at every step in ONNX Runtime, RnnMlNet.Runtime, streams, folds, importances and
/// experiments.</summary>
[TestFixture]
public class MultiLabelTaggerUsesTests
{
    private static readonly string[] _names = ["up", "odd", "high"];

    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void ONNX_Runtime_puts_out_the_columns_of_the_transformer([Values] bool bidirectional, [Values(0, 5)] int hiddenHead)
    {
        SequenceRow[] rows = TinyData.Rows(20, seed: 2);
        using RnnMultiLabelTaggerTransformer model = _ml.MulticlassClassification.ChangeLabelThresholds(
            Trainer(options =>
                {
                    (options.LabelNames, options.Bidirectional) = (_names, bidirectional);
                    options.HeadHiddenSizes = hiddenHead > 0 ? [hiddenHead] : [];
                })
                .Fit(TinyData.Load(_ml)),
            [0.4f, 0.7f, 0.45f]
        );
        LabelPrediction[] expected = Predictions(model, rows);

        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(
            OnnxRun.Value(
                "features",
                [
                    .. rows.SelectMany(row =>
                        row.Ragged.Concat(Enumerable.Repeat(float.NaN, SequenceRow.Steps * SequenceRow.Features))
                            .Take(SequenceRow.Steps * SequenceRow.Features)
                    ),
                ],
                rows.Length,
                SequenceRow.Steps,
                SequenceRow.Features
            ),
            OnnxRun.Value("lengths", [.. rows.Select(row => (long)row.RaggedA.Length)], rows.Length)
        );

        Assert.That(run.Outputs.Select(output => output.Value.Dimensions.Length), Is.All.EqualTo(3));
        Assert.That(run.Outputs.Select(output => output.Value.Dimensions[^1]), Is.All.EqualTo(3));
        Assert.That(run.Metadata.CustomMetadataMap["class_names"], Is.EqualTo("""["up","odd","high"]"""));
        Assert.That(Valid(result.Floats("score")), Is.EqualTo(expected.SelectMany(row => row.Score)).Within(1e-4));
        Assert.That(Valid(result.Floats("probability")), Is.EqualTo(expected.SelectMany(row => row.Probability)).Within(1e-4));
        Assert.That(Valid(result.Of<bool>("predicted_label")), Is.EqualTo(expected.SelectMany(row => row.PredictedLabel)));
        Assert.That(expected.SelectMany(row => row.PredictedLabel).Distinct().Count(), Is.EqualTo(2));

        // The values of steps that rows have.
        IEnumerable<T> Valid<T>(IEnumerable<T> values) =>
            values
                .Chunk(SequenceRow.Steps * SequenceRow.StepLabels)
                .Zip(rows, (row, of) => row[..of.RaggedStepFlags.Length])
                .SelectMany(row => row);
    }

    [Test]
    public void RnnMlNet_Runtime_predicts_the_same_labels()
    {
        SequenceRow[] rows = TinyData.Rows(20, seed: 2);
        using RnnMultiLabelTaggerTransformer model = Trainer(options =>
                (options.LabelNames, options.ValidationSet) = (_names, TinyData.Load(_ml, 120, seed: 3))
            )
            .Fit(TinyData.Load(_ml));
        SequenceModel loaded = SequenceModelTests.OfRuntimeFile(model);
        bool[] labels = new bool[3];

        Assert.That((loaded.Task, loaded.Outputs), Is.EqualTo((SequenceTask.MultiLabelTagging, 3)));
        Assert.That(loaded.ClassNames, Is.EqualTo(_names));
        Assert.That(loaded.LabelThresholds.Select(SequenceModel.Probability), Is.EqualTo(model.LabelThresholds));
        foreach (var (row, expected) in rows.Zip(Predictions(model, rows)))
        {
            float[] scores = SequenceModelTests.Score(loaded, row);
            Assert.That(scores, Is.EqualTo(expected.Score).Within(1e-6));
            foreach (var (step, flags) in scores.Chunk(3).Zip(expected.PredictedLabel.Chunk(3)))
            {
                loaded.PredictedLabels(step, labels);
                Assert.That(labels, Is.EqualTo(flags));
            }
        }
        Assert.That(
            () => loaded.PredictedClass([0, 0, 0]),
            Throws.InvalidOperationException.With.Message.EqualTo(
                "A multi-label tagger predicts any number of labels: call PredictedLabels."
            )
        );
    }

    [Test]
    public void A_series_is_labelled_step_by_step()
    {
        using RnnMultiLabelTaggerTransformer model = Trainer().Fit(TinyData.Load(_ml));
        using var whole = _ml.Model.CreatePredictionEngine<SequenceRow, LabelPrediction>(model);
        using var stepped = _ml.Model.CreateSequencePredictionEngine<SequenceRow, LabelPrediction>(model);
        SequenceRow row = TinyData.Rows()[4];
        LabelPrediction expected = whole.Predict(row);

        // One step, then the others.
        LabelPrediction[] parts =
        [
            .. new[] { row.Ragged[..2], row.Ragged[2..] }.Select(steps => stepped.Predict("s", new SequenceRow { Ragged = steps })),
        ];

        Assert.That(parts[0].Score, Has.Length.EqualTo(3));
        Assert.That(parts.SelectMany(part => part.Score), Is.EqualTo(expected.Score).Within(1e-5));
        Assert.That(parts.SelectMany(part => part.Probability), Is.EqualTo(expected.Probability).Within(1e-5));
        Assert.That(parts.SelectMany(part => part.PredictedLabel), Is.EqualTo(expected.PredictedLabel));
    }

    [Test]
    public void Sequences_without_steps_have_no_labels([Values] bool oneByOne)
    {
        using RnnMultiLabelTaggerTransformer model = Trainer().Fit(TinyData.Load(_ml));
        SequenceRow[] rows = [new(), new() { Ragged = [1, 2, 3, 4] }, new()];
        LabelPrediction[] predictions = oneByOne
            ? [.. rows.Select(_ml.Model.CreatePredictionEngine<SequenceRow, LabelPrediction>(model).Predict)]
            : Predictions(model, rows);
        Assert.That(predictions.Select(row => row.PredictedLabel.Length), Is.EqualTo(new[] { 0, 6, 0 }));
    }

    [Test]
    public void ML_NETs_CrossValidate_is_refused_and_ours_evaluates_each_fold()
    {
        const string Label = nameof(SequenceRow.RaggedStepFlags);
        RnnMultiLabelTaggerTrainer trainer = Trainer(Tiny.LearnWell);
        Refused.Operation(
            () => _ml.MulticlassClassification.CrossValidate(TinyData.Load(_ml), trainer, 2, Label),
            "CrossValidate cannot evaluate a multi-label tagger, which has labels for each step: use "
                + "mlContext.MulticlassClassification.CrossValidateMultiLabelTagging"
        );

        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateMultiLabel(TinyData.Load(_ml), trainer, 2, Label),
            "The pipeline's trainer predicts several labels at every step: call CrossValidateMultiLabelTagging."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateMultiLabelTagging(TinyData.Load(_ml), Tiny.MultiLabel(_ml), 2, Label),
            "The pipeline's trainer predicts several labels for each row: call CrossValidateMultiLabel."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateMultiLabelTagging(TinyTags.Load(_ml), TinyTags.Trainer(_ml), 2, Label),
            "The pipeline's trainer predicts a class at every step: call CrossValidateSequenceTagging."
        );

        var folds = _ml.MulticlassClassification.CrossValidateMultiLabelTagging(TinyData.Load(_ml, 90), trainer, 3, Label, seed: 1);

        Assert.That(folds.Sum(fold => fold.Metrics.Rows), Is.EqualTo(TinyData.Rows(90).Sum(row => row.RaggedA.Length)));
        Assert.That(folds.Select(fold => fold.Metrics.Labels[2].F1), Is.All.GreaterThan(0.9));
    }

    [Test]
    public void A_label_of_two_rows_is_in_every_training_fold([Values] bool isFlat)
    {
        // Label 1 is at one step of two rows, at different steps: of a flat column, positions alone would be different classes.
        SequenceRow[] rows = TinyData.Rows(40);
        foreach (var (i, row) in rows.Index())
        {
            row.StepFlags = [.. row.StepFlags.Select((flag, at) => at % 3 == 1 ? false : flag)];
            if (i is 4 or 9)
                row.StepFlags[(i - 4) / 5 * 3 + 1] = true;
            row.RaggedStepFlags = row.StepFlags[..row.RaggedStepFlags.Length];
        }
        (rows[4].RaggedStepFlags[1], rows[9].RaggedStepFlags[4]) = (true, true);
        ColumnKind kind = isFlat ? ColumnKind.Ragged : ColumnKind.Matrix;
        for (int seed = 0; seed < 8; seed++)
        {
            var log = new LogCapture(_ml);
            _ml.MulticlassClassification.CrossValidateMultiLabelTagging(
                TinyData.Load(_ml, rows),
                Tiny.MultiLabelTags(_ml, kind, options => (options.ValidationFraction, options.MaxEpochs) = (0, 1)),
                2,
                TinyTask.MultiLabelTags.Label(kind),
                seed: seed
            );
            Assert.That(log.Warnings, Has.None.Contains("no training time step"));
        }
    }

    [Test]
    public void Importance_is_measured_by_micro_F1()
    {
        using RnnMultiLabelTaggerTransformer model = Tiny.MultiLabelTags(_ml, ColumnKind.Channels, Tiny.LearnWell).Fit(TinyData.Load(_ml));
        SequenceImportance<MultiLabelMetrics> importance = _ml.MulticlassClassification.SequenceFeatureImportance(
            model,
            TinyData.Load(_ml, 60, seed: 2),
            labelColumnName: nameof(SequenceRow.StepFlags)
        );
        Assert.That(importance.ToString(), Does.StartWith("MicroF1 "));
        IReadOnlyList<MetricChange> changes = importance.Changes(metrics => metrics.Labels[2].F1);
        Assert.That(changes[0].Mean, Is.LessThan(-0.2), "Feature 0 tells the class.");
    }

    [TestCase(MultiLabelMetric.MicroF1)]
    [TestCase(MultiLabelMetric.LogLoss)]
    public void An_experiment_finds_a_model_with_thresholds(MultiLabelMetric metric)
    {
        var settings = new MultiLabelTaggingExperimentSettings
        {
            OptimizingMetric = metric,
            MaxModels = 3,
            MaxEpochs = 6,
            Folds = 2,
            Seed = 1,
            SearchSpace = new SearchSpace().Range("LearningRate", 1e-2, 0.1, isLogarithmic: true),
        };
        Tiny.Options(settings.Options, TinyTask.MultiLabelTags, ColumnKind.Ragged);
        (settings.Options.LabelNames, settings.Options.Calibrate) = (_names, null);
        (settings.Options.HiddenSize, settings.Options.BatchSize) = (8, 8);
        // A row whose second step has no labels.
        SequenceRow[] rows = TinyData.Rows(80);

        ExperimentResult<MultiLabelMetrics> result = _ml.Rnn()
            .CreateMultiLabelTaggingExperiment(settings)
            .Execute(WithMissing(TinyData.Load(_ml, rows)), "Missing");

        MultiLabelMetrics metrics = result.BestRun.ValidationMetrics!;
        int missing = rows.Sum(row => row.RaggedA.Length / 2);
        Assert.That(
            (metrics.Rows, metrics.SkippedSteps),
            Is.EqualTo(((long)(rows.Sum(row => row.RaggedA.Length) - missing), (long)missing)),
            "All labelled steps are held out once."
        );
        Assert.That(metrics.Labels[2].F1, Is.GreaterThan(0.9));
        Assert.That(metrics.ToString(), Does.Contain(" steps, "));
        Assert.That(result.BestRun.TrainerName, Is.EqualTo("RnnMultiLabelTaggerTrainer"));
        var model = (RnnMultiLabelTaggerTransformer)result.BestRun.Model!;
        Assert.That(model.LabelThresholds, Has.None.EqualTo(0.5f));
        Assert.That(model.LabelNames, Is.EqualTo(_names));
        MultiLabelMetrics fresh = _ml.MulticlassClassification.EvaluateMultiLabelTagging(
            model.Transform(TinyData.Load(_ml, 60, seed: 2)),
            nameof(SequenceRow.RaggedStepFlags)
        );
        Assert.That(fresh.Labels[2].F1, Is.GreaterThan(0.9));
    }

    [Test]
    public void The_usual_space_has_no_options_that_a_tagger_does_not_have() =>
        Assert.That(() => _ml.Rnn().CreateMultiLabelTaggingExperiment(60), Throws.Nothing);

    private sealed class MissingLabels
    {
        public float[] Missing { get; set; } = [];
    }

    // Every second step has no labels.
    private IDataView WithMissing(IDataView data) =>
        _ml
            .Transforms.CustomMapping<SequenceRow, MissingLabels>(
                (row, to) =>
                    to.Missing = [
                        .. row.RaggedStepFlags.Select(
                            (flag, i) =>
                                i / 3 % 2 == 1 ? float.NaN
                                : flag ? 1
                                : 0
                        ),
                    ],
                contractName: null
            )
            .Fit(data)
            .Transform(data);

    private LabelPrediction[] Predictions(RnnMultiLabelTaggerTransformer model, SequenceRow[] rows) =>
        [.. _ml.Data.CreateEnumerable<LabelPrediction>(model.Transform(_ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];

    private RnnMultiLabelTaggerTrainer Trainer(Action<RnnMultiLabelTaggerTrainer.Options>? configure = null) =>
        Tiny.MultiLabelTags(_ml, ColumnKind.Ragged, options => configure?.Invoke((RnnMultiLabelTaggerTrainer.Options)options));
}
