using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A multi-label classifier in ONNX Runtime, RnnMlNet.Runtime, streams, importances and experiments.</summary>
[TestFixture]
public class MultiLabelUsesTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void ONNX_Runtime_puts_out_the_columns_of_the_transformer()
    {
        SequenceRow[] rows = TinyData.Rows(20, seed: 2);
        using RnnMultiLabelTransformer model = _ml.MulticlassClassification.ChangeLabelThresholds(
            Trainer(ColumnKind.Flat, options => options.LabelColumnName = "Flags").Fit(Load()),
            [0.4f, 0.7f, 0.45f]
        );
        LabelPrediction[] expected =
        [
            .. _ml.Data.CreateEnumerable<LabelPrediction>(model.Transform(TinyLabels.Load(_ml, rows)), reuseRowObject: false),
        ];

        using OnnxRun run = OnnxRun.Of(model.SaveAsOnnx);
        OnnxResult result = run.Run(
            OnnxRun.Value("features", [.. rows.SelectMany(row => row.Flat)], rows.Length, SequenceRow.Steps, SequenceRow.Features),
            OnnxRun.Value("lengths", [.. rows.Select(_ => (long)SequenceRow.Steps)], rows.Length)
        );

        Assert.That(run.Outputs.Select(output => output.Value.Dimensions[^1]), Is.All.EqualTo(3));
        Assert.That(run.Metadata.CustomMetadataMap["class_names"], Is.EqualTo("""["Positive","Raised","Up"]"""));
        Assert.That(result.Floats("score"), Is.EqualTo(expected.SelectMany(row => row.Score)).Within(1e-4));
        Assert.That(result.Floats("probability"), Is.EqualTo(expected.SelectMany(row => row.Probability)).Within(1e-4));
        Assert.That(result.Of<bool>("predicted_label"), Is.EqualTo(expected.SelectMany(row => row.PredictedLabel)));
        Assert.That(expected.SelectMany(row => row.PredictedLabel).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void RnnMlNet_Runtime_predicts_the_same_labels()
    {
        SequenceRow[] rows = TinyData.Rows(20, seed: 2);
        using RnnMultiLabelTransformer model = Trainer(
                ColumnKind.Ragged,
                options => (options.LabelColumnName, options.ValidationSet) = ("Flags", Load(120, seed: 3))
            )
            .Fit(Load());
        SequenceModel loaded = SequenceModelTests.OfRuntimeFile(model);
        bool[] labels = new bool[3];

        Assert.That(loaded.Task, Is.EqualTo(SequenceTask.MultiLabelClassification));
        Assert.That(loaded.ClassNames, Is.EqualTo(model.LabelNames));
        Assert.That(loaded.LabelThresholds.Select(SequenceModel.Probability), Is.EqualTo(model.LabelThresholds));
        foreach (
            var (row, expected) in rows.Zip(
                _ml.Data.CreateEnumerable<LabelPrediction>(model.Transform(TinyLabels.Load(_ml, rows)), reuseRowObject: false)
            )
        )
        {
            float[] scores = SequenceModelTests.Score(loaded, row);
            loaded.PredictedLabels(scores, labels);
            Assert.That(scores, Is.EqualTo(expected.Score).Within(1e-6));
            Assert.That(labels, Is.EqualTo(expected.PredictedLabel));
        }
    }

    [Test]
    public void A_series_is_labelled_step_by_step()
    {
        using RnnMultiLabelTransformer model = Trainer(ColumnKind.Ragged).Fit(Load());
        using var whole = _ml.Model.CreatePredictionEngine<SequenceRow, LabelPrediction>(model);
        using var stepped = _ml.Model.CreateSequencePredictionEngine<SequenceRow, LabelPrediction>(model);
        SequenceRow row = TinyData.Rows()[4];
        LabelPrediction last = new();
        foreach (float[] step in row.Ragged.Chunk(SequenceRow.Features))
            last = stepped.Predict("s", new SequenceRow { Ragged = step });

        LabelPrediction expected = whole.Predict(row);
        Assert.That(last.Score, Is.EqualTo(expected.Score).Within(1e-5));
        Assert.That(last.Probability, Is.EqualTo(expected.Probability).Within(1e-5));
        Assert.That(last.PredictedLabel, Is.EqualTo(expected.PredictedLabel));
    }

    [Test]
    public void Importance_is_measured_by_micro_F1()
    {
        using RnnMultiLabelTransformer model = Trainer(ColumnKind.Channels, Tiny.LearnWell).Fit(Load());
        SequenceImportance<MultiLabelMetrics> importance = _ml.MulticlassClassification.SequenceFeatureImportance(
            model,
            Load(60, seed: 2),
            labelColumnName: nameof(SequenceRow.Flags)
        );
        Assert.That(importance.ToString(), Does.StartWith("MicroF1 "));
        IReadOnlyList<MetricChange> changes = importance.Changes(metrics => metrics.MicroF1);
        Assert.That(changes[0].Mean, Is.LessThan(-0.2));
    }

    [TestCase(MultiLabelMetric.MicroF1)]
    [TestCase(MultiLabelMetric.LogLoss)]
    public void An_experiment_finds_a_model_with_thresholds(MultiLabelMetric metric)
    {
        var settings = new MultiLabelExperimentSettings
        {
            OptimizingMetric = metric,
            MaxModels = 3,
            MaxEpochs = 6,
            Folds = 2,
            Seed = 1,
            SearchSpace = new SearchSpace().Range("LearningRate", 1e-2, 0.1, isLogarithmic: true),
        };
        Tiny.Options(settings.Options, TinyTask.MultiLabel);
        (settings.Options.HiddenSize, settings.Options.BatchSize, settings.Options.Calibrate) = (8, 8, null);

        ExperimentResult<MultiLabelMetrics> result = _ml.Rnn().CreateMultiLabelExperiment(settings).Execute(Load(80));

        Assert.That(result.BestRun.ValidationMetrics!.Rows, Is.EqualTo(80), "All rows are held out once.");
        Assert.That(result.BestRun.ValidationMetrics.Labels[1].F1, Is.GreaterThan(0.9));
        Assert.That(result.BestRun.TrainerName, Is.EqualTo("RnnMultiLabelTrainer"));
        var model = (RnnMultiLabelTransformer)result.BestRun.Model!;
        Assert.That(model.LabelThresholds, Has.None.EqualTo(0.5f));
        MultiLabelMetrics fresh = _ml.MulticlassClassification.EvaluateMultiLabel(model.Transform(Load(60, seed: 2)), "Flags");
        Assert.That(fresh.Labels[1].F1, Is.GreaterThan(0.9));
    }

    private RnnMultiLabelTrainer Trainer(ColumnKind kind = ColumnKind.Matrix, Action<RnnOptions>? configure = null) =>
        Tiny.MultiLabel(_ml, kind, configure);

    private IDataView Load(int count = 48, int seed = 1) => TinyLabels.Load(_ml, count, seed);
}
