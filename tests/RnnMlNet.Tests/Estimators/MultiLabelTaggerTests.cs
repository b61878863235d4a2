using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a tagger with several labels at every step learns, its columns, and its thresholds.</summary>
[TestFixture]
public class MultiLabelTaggerTests
{
    private static readonly string[] _names = ["up", "odd", "high"];

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float[] Values { get; set; } = [];

        public float[] Labels { get; set; } = [];
    }

    [Test]
    public void It_learns_the_labels_of_steps(
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.RaggedTokens, ColumnKind.RaggedChannels)] ColumnKind kind,
        [Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine
    )
    {
        using RnnMultiLabelTaggerTransformer model = Tiny.MultiLabelTags(
                _ml,
                kind,
                options =>
                {
                    Tiny.LearnWell(options);
                    options.Engine = engine;
                }
            )
            .Fit(TinyData.Load(_ml));

        string label = TinyTask.MultiLabelTags.Label(kind);
        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabelTagging(
            model.Transform(TinyData.Load(_ml, seed: 2)),
            label
        );

        // Numbers do not tell whether a token is odd, and tokens not whether a number is above 0.
        bool ofTokens = kind == ColumnKind.RaggedTokens;
        Assert.That(metrics.Labels[ofTokens ? 1 : 0].F1, Is.GreaterThan(0.9));
        Assert.That(metrics.Labels[2].F1, Is.GreaterThan(0.9));
        Assert.That(metrics.Rows, Is.EqualTo(TinyData.Rows(seed: 2).Sum(row => kind == ColumnKind.Matrix ? 5 : row.RaggedA.Length)));
        Assert.That(model.Model.History.Epochs[^1].MetricName, Is.EqualTo("Subset accuracy"));
    }

    [Test]
    public void Columns_have_a_value_for_each_label_of_each_step_and_the_labels_names()
    {
        using RnnMultiLabelTaggerTransformer model = Trainer(options => options.LabelNames = _names).Fit(TinyData.Load(_ml));
        using var loaded = (RnnMultiLabelTaggerTransformer)
            SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, TinyData.Load(_ml).Schema), out _);
        foreach (RnnMultiLabelTaggerTransformer one in (RnnMultiLabelTaggerTransformer[])[model, loaded])
        {
            IDataView scored = one.Transform(TinyData.Load(_ml));
            Assert.That(one.LabelNames, Is.EqualTo(_names));
            foreach (string column in (string[])["Score", "Probability", "PredictedLabel"])
            {
                VBuffer<ReadOnlyMemory<char>> names = default;
                scored.Schema[column].Annotations.GetValue("TrainingLabelValues", ref names);
                Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(_names));
                Assert.That(((VectorDataViewType)scored.Schema[column].Type).Dimensions, Is.EqualTo(new[] { 0, 3 }));
            }
            SequenceRow[] rows = TinyData.Rows();
            LabelPrediction[] predictions = [.. _ml.Data.CreateEnumerable<LabelPrediction>(scored, reuseRowObject: false)];
            Assert.That(predictions.Select(row => row.Score.Length), Is.EqualTo(rows.Select(row => row.RaggedStepFlags.Length)));
            foreach (LabelPrediction row in predictions)
            {
                Assert.That(row.Probability, Is.EqualTo(row.Score.Select(score => 1 / (1 + MathF.Exp(-score)))).Within(1e-6));
                Assert.That(row.PredictedLabel, Is.EqualTo(row.Probability.Select((p, i) => p > one.LabelThresholds[i % 3])));
            }
        }
    }

    [Test]
    public void Labels_are_named_by_the_slot_names_of_a_step_where_the_columns_size_varies()
    {
        IDataView table = _ml.Data.LoadFromEnumerable(LongTable.Draw(5, units: 20));
        var pipeline = _ml
            .Transforms.Concatenate("Flags", nameof(LongRow.C), nameof(LongRow.Failed))
            .Append(
                _ml.Transforms.GroupIntoSequences(
                    new SequenceGroupingOptions
                    {
                        Columns = [new("Features", nameof(LongRow.A))],
                        KeyColumnNames = [nameof(LongRow.Unit)],
                        OrderColumnName = nameof(LongRow.Time),
                        Labels = [SequenceLabel.EveryStep("Flags", "Label")],
                        Gaps = SequenceGaps.Fill("1 hour"),
                    }
                )
            )
            .Append(_ml.MulticlassClassification.Trainers.RnnMultiLabelTagger(hiddenSize: 2, maxEpochs: 1));

        SchemaShape promised = pipeline.GetOutputSchema(SchemaShape.Create(table.Schema));
        using TransformerChain<RnnMultiLabelTaggerTransformer> model = pipeline.Fit(table);
        IDataView scored = model.Transform(table);

        Assert.That(model.LastTransformer.LabelNames, Is.EqualTo(new[] { "C", "Failed" }));
        Assert.That(promised.TryFindColumn("Score", out SchemaShape.Column score), Is.True);
        Assert.That(score.Annotations.Select(annotation => annotation.Name), Does.Contain("TrainingLabelValues"));
        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabelTagging(scored);
        Assert.That(metrics.Labels.Select(label => label.Name), Is.EqualTo(new[] { "C", "Failed" }));
        Assert.That(metrics.SkippedSteps, Is.GreaterThan(0), "The steps that fill gaps.");
    }

    [Test]
    public void Booleans_and_numbers_of_the_same_labels_train_the_same_network()
    {
        IDataView data = TinyData.Load(_ml);
        data = _ml
            .Transforms.Conversion.ConvertType("Numbers", nameof(SequenceRow.RaggedStepFlags), DataKind.Single)
            .Fit(data)
            .Transform(data);
        float[][] Of(string label)
        {
            using RnnMultiLabelTaggerTransformer model = Trainer(options => (options.LabelColumnName, options.Seed) = (label, 1)).Fit(data);
            return Scores.Of(model, data);
        }

        Assert.That(Of("Numbers"), Is.EqualTo(Of(nameof(SequenceRow.RaggedStepFlags))));
    }

    [Test]
    public void Steps_without_labels_do_not_count([Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine)
    {
        // The label is whether a value is above 0; half the steps, whose labels would be wrong, have none.
        var random = new Random(1);
        Row[] Rows(Func<float, float> wrong) =>
            [
                .. Enumerable
                    .Range(0, 100)
                    .Select(_ =>
                    {
                        float[] values = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => random.NextSingle() - 0.5f)];
                        return new Row
                        {
                            Values = values,
                            Labels = [.. values.SelectMany((v, t) => t % 2 == 1 ? [wrong(v), 0] : new[] { v > 0 ? 1f : 0, v < 0 ? 1 : 0 })],
                        };
                    }),
            ];
        void Configure(RnnMultiLabelTaggerTrainer.Options options)
        {
            (options.FeatureColumnName, options.LabelColumnName, options.FeaturesPerStep) = ("Values", "Labels", 1);
            (options.LabelsPerStep, options.LabelNames, options.Engine, options.Seed) = (2, null, engine, 1);
        }
        float[] Weights(params Row[] rows)
        {
            using RnnMultiLabelTaggerTransformer model = Trainer(Configure).Fit(_ml.Data.LoadFromEnumerable(rows));
            return [.. model.Model.GetWeights().SelectMany(weight => weight.Values)];
        }

        IDataView data = _ml.Data.LoadFromEnumerable(Rows(_ => float.NaN));
        using RnnMultiLabelTaggerTransformer learnt = Trainer(options =>
            {
                Tiny.LearnWell(options);
                Configure(options);
            })
            .Fit(data);
        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabelTagging(
            learnt.Transform(_ml.Data.LoadFromEnumerable(Rows(_ => float.NaN))),
            "Labels"
        );
        Assert.That(metrics.SubsetAccuracy, Is.GreaterThan(0.9));
        Assert.That(metrics.SkippedSteps, Is.GreaterThan(50));

        Row[] rows = Rows(_ => float.NaN);
        var none = new Row { Values = [1, 2], Labels = [float.NaN, 0, 1, float.NaN] };
        Assert.That(Weights([none, .. rows]), Is.EqualTo(Weights(rows)), "A row without labels at any step is left out.");
    }

    [Test]
    public void Thresholds_are_chosen_on_the_steps_of_held_out_rows([Values(1, 3)] int networks, [Values] bool isCalibrated)
    {
        var log = new LogCapture(_ml);
        IDataView held = TinyData.Load(_ml, 120, seed: 2);
        using RnnMultiLabelTaggerTransformer model = Trainer(options =>
            {
                Tiny.LearnWell(options);
                (options.ValidationSet, options.EnsembleSize, options.Calibrate) = (held, networks, isCalibrated);
            })
            .Fit(TinyData.Load(_ml));

        double[] chosen = F1(model);
        Assert.That(model.LabelThresholds, Has.None.EqualTo(0.5f));
        Assert.That(log.Messages, Has.One.Contains("The labels' thresholds are those of the highest F1 on 360 held-out steps, "));
        foreach (float threshold in (float[])[0.1f, 0.3f, 0.5f, 0.7f, 0.9f])
        {
            double[] others = F1(_ml.MulticlassClassification.ChangeLabelThresholds(model, [threshold, threshold, threshold]));
            for (int label = 0; label < 3; label++)
                Assert.That(chosen[label], Is.GreaterThanOrEqualTo(others[label]));
        }
        Assert.That(model.Model.History.Temperature.HasValue, Is.EqualTo(isCalibrated));
        Refused.Argument(
            () => _ml.MulticlassClassification.ChangeLabelThresholds(model, [0.5f]),
            "There are 1 thresholds for 3 labels: give one for each, as LabelThresholds has them."
        );

        double[] F1(RnnMultiLabelTaggerTransformer one) =>
            [
                .. _ml
                    .MulticlassClassification.EvaluateMultiLabelTagging(one.Transform(held), nameof(SequenceRow.RaggedStepFlags))
                    .Labels.Select(label => label.F1),
            ];
    }

    [Test]
    public void A_threshold_that_is_set_is_that_of_all_labels_and_is_kept_where_training_continues()
    {
        using RnnMultiLabelTaggerTransformer model = Trainer(options => options.Threshold = 0.25f).Fit(TinyData.Load(_ml));
        Assert.That(model.LabelThresholds, Is.EqualTo(new[] { 0.25f, 0.25f, 0.25f }).Within(1e-6));
        using RnnMultiLabelTaggerTransformer kept = Trainer().Fit(TinyData.Load(_ml), model.Model);
        Assert.That(kept.LabelThresholds, Is.EqualTo(model.LabelThresholds));

        using RnnMultiLabelTaggerTransformer named = Trainer(options => options.LabelNames = _names).Fit(TinyData.Load(_ml));
        Refused.Argument(
            () => Trainer(options => options.LabelNames = [.. _names.Reverse()]).Fit(TinyData.Load(_ml), named.Model),
            "The previous model has other classes, or another order of them"
        );
    }

    [Test]
    public void A_weighted_label_is_found_at_more_steps([Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine)
    {
        var random = new Random(1);
        SequenceRow[] rows = TinyData.Rows(200);
        foreach (SequenceRow row in rows)
            row.RaggedStepFlags = [.. row.RaggedStepFlags.Select(_ => random.Next(4) == 0)];
        double[] Shares(ClassWeighting weighting)
        {
            using RnnMultiLabelTaggerTransformer model = Trainer(options =>
                {
                    Tiny.LearnWell(options);
                    (options.ClassWeighting, options.Engine, options.MaxEpochs, options.LabelNames) = (weighting, engine, 5, _names);
                })
                .Fit(TinyData.Load(_ml, rows));
            float[][] steps =
            [
                .. model.Transform(TinyData.Load(_ml, rows)).GetColumn<float[]>("Probability").SelectMany(row => row.Chunk(3)),
            ];
            return [.. Enumerable.Range(0, 3).Select(label => (double)steps.Average(step => step[label]))];
        }

        double[] given = Shares(ClassWeighting.Of(new Dictionary<string, float> { ["odd"] = 3 }));
        Assert.That(Shares(ClassWeighting.Equal), Is.All.EqualTo(0.25).Within(0.1));
        Assert.That(Shares(ClassWeighting.Balanced), Is.All.EqualTo(0.5).Within(0.1));
        Assert.That(given[1], Is.EqualTo(0.5).Within(0.1));
        Assert.That(given[0], Is.EqualTo(0.25).Within(0.1));
    }

    private RnnMultiLabelTaggerTrainer Trainer(Action<RnnMultiLabelTaggerTrainer.Options>? configure = null) =>
        Tiny.MultiLabelTags(_ml, ColumnKind.Ragged, options => configure?.Invoke((RnnMultiLabelTaggerTrainer.Options)options));
}
