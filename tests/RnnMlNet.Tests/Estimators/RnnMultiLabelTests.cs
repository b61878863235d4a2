using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Runtime;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Runtime;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a multi-label classifier learns, promises and refuses.</summary>
[TestFixture]
public class RnnMultiLabelTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Predicted
    {
        public float[] Score { get; set; } = [];
        public float[] Probability { get; set; } = [];
        public bool[] PredictedLabel { get; set; } = [];
    }

    // ---- labels ----

    [Test]
    public void It_learns_the_labels_of_rows(
        [Values(ColumnKind.Ragged, ColumnKind.Tokens)] ColumnKind kind,
        [Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine,
        [Values("Flags", "Names")] string label
    )
    {
        using RnnMultiLabelTransformer model = Trainer(
                kind,
                options =>
                {
                    Tiny.LearnWell(options);
                    (options.Engine, options.LabelColumnName) = (engine, label);
                }
            )
            .Fit(Load());

        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabel(model.Transform(Load(seed: 2)), label);

        // The order of the labels is that of the keys.
        Assert.That(F1("high"), Is.GreaterThan(0.9));
        Assert.That(F1("raised"), Is.GreaterThan(0.9));
        Assert.That(model.LabelNames, label == "Names" ? Is.EquivalentTo(TinyData.FlagNames) : Is.EqualTo(new[] { "Positive", "Raised", "Up" }));
        Assert.That(model.Model.History.Epochs[^1].MetricName, Is.EqualTo("Subset accuracy"));

        double F1(string name)
        {
            int index = label == "Names" ? Array.IndexOf([.. model.LabelNames], name) : Array.IndexOf(TinyData.FlagNames, name);
            return metrics.Labels[index].F1;
        }
    }

    [Test]
    public void Keys_and_Booleans_of_the_same_labels_train_the_same_network()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(TinyData.Rows());
        // Keys in the order of the flags.
        data = _ml
            .Transforms.Conversion.MapValueToKey(
                "Keys",
                nameof(SequenceRow.FlagNames),
                keyData: _ml.Data.LoadFromEnumerable(TinyData.FlagNames.Select(name => new Named { Name = name }))
            )
            .Fit(data)
            .Transform(data);
        float[][] Of(string label)
        {
            using RnnMultiLabelTransformer model = Trainer(configure: options => options.LabelColumnName = label).Fit(data);
            return Scores.Of(model, data);
        }

        Assert.That(Of("Keys"), Is.EqualTo(Of(nameof(SequenceRow.Flags))));
    }

    [Test]
    public void Columns_have_the_labels_names_as_slot_names([Values("Flags", "Names", "Plain")] string label)
    {
        using RnnMultiLabelTransformer model = Trainer(configure: options => options.LabelColumnName = label).Fit(Load());
        DataViewSchema schema = model.Transform(Load()).Schema;

        foreach (string column in (string[])["Score", "Probability", "PredictedLabel"])
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            Assert.That(schema[column].HasSlotNames(), Is.EqualTo(label != "Plain"));
            if (label == "Plain")
                continue;
            schema[column].GetSlotNames(ref names);
            Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(model.LabelNames));
        }
        Assert.That(schema["PredictedLabel"].Type, Is.EqualTo(new VectorDataViewType(BooleanDataViewType.Instance, 3)));
    }

    [Test]
    public void Probability_is_the_logistic_function_and_a_label_is_predicted_above_its_threshold()
    {
        using RnnMultiLabelTransformer model = Trainer(configure: Tiny.LearnWell).Fit(Load());
        using RnnMultiLabelTransformer other = _ml.MulticlassClassification.ChangeLabelThresholds(model, [0.2f, 0.5f, 0.9f]);
        using RnnMultiLabelTransformer loaded = Loaded(other);

        Assert.That(model.LabelThresholds, Is.EqualTo(new[] { 0.5f, 0.5f, 0.5f }), "Nothing was held out.");
        foreach (RnnMultiLabelTransformer one in (RnnMultiLabelTransformer[])[other, loaded])
        {
            Assert.That(one.LabelThresholds, Is.EqualTo(new[] { 0.2f, 0.5f, 0.9f }).Within(1e-6));
            foreach (Predicted row in _ml.Data.CreateEnumerable<Predicted>(one.Transform(Load(seed: 2)), reuseRowObject: false))
            {
                Assert.That(row.Probability, Is.EqualTo(row.Score.Select(score => 1 / (1 + MathF.Exp(-score)))).Within(1e-6));
                Assert.That(
                    row.PredictedLabel,
                    Is.EqualTo(row.Probability.Zip(new[] { 0.2f, 0.5f, 0.9f }, (probability, threshold) => probability > threshold))
                );
            }
        }
        Refused.Argument(
            () => _ml.MulticlassClassification.ChangeLabelThresholds(model, [0.5f]),
            "There are 1 thresholds for 3 labels: give one for each, as LabelThresholds has them."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.ChangeLabelThresholds(model, [0.5f, 1, 0.5f]),
            "A threshold is 1; it must be in (0, 1), which the probability is compared with."
        );
    }

    // ---- thresholds of training ----

    [Test]
    public void Thresholds_are_chosen_on_held_out_rows([Values(1, 4)] int networks, [Values] bool isCalibrated)
    {
        var log = new LogCapture(_ml);
        using RnnMultiLabelTransformer model = Trainer(
                ColumnKind.Ragged,
                options =>
                {
                    Tiny.LearnWell(options);
                    (options.ValidationSet, options.EnsembleSize, options.Calibrate) = (Load(120, seed: 2), networks, isCalibrated);
                }
            )
            .Fit(Load());

        // At any other threshold, the label's F1 on these rows is no higher.
        IDataView held = Load(120, seed: 2);
        double[] chosen = F1(model);
        Assert.That(model.LabelThresholds, Has.None.EqualTo(0.5f));
        Assert.That(log.Messages, Has.One.Contains("The labels' thresholds are those of the highest F1 on 120 held-out rows, probabilities of "));
        foreach (float threshold in (float[])[0.1f, 0.3f, 0.5f, 0.7f, 0.9f])
        {
            double[] others = F1(_ml.MulticlassClassification.ChangeLabelThresholds(model, [threshold, threshold, threshold]));
            for (int label = 0; label < 3; label++)
                Assert.That(chosen[label], Is.GreaterThanOrEqualTo(others[label]));
        }
        Assert.That(model.Model.History.Options["Threshold"], Is.EqualTo("for each label the one of the highest F1"));
        Assert.That(model.Model.History.Temperature.HasValue, Is.EqualTo(isCalibrated));

        double[] F1(RnnMultiLabelTransformer one) =>
            [.. _ml.MulticlassClassification.EvaluateMultiLabel(one.Transform(held), "Flags").Labels.Select(label => label.F1)];
    }

    [Test]
    public void A_threshold_that_is_set_is_that_of_all_labels()
    {
        var options = Tiny.Options(new RnnMultiLabelTrainer.Options { Threshold = 0.25f }, TinyTask.MultiLabel);
        using RnnMultiLabelTransformer model = _ml.MulticlassClassification.Trainers.RnnMultiLabel(options).Fit(Load());
        Assert.That(model.LabelThresholds, Is.EqualTo(new[] { 0.25f, 0.25f, 0.25f }).Within(1e-6));
        Assert.That(model.Model.History.Options["Threshold"], Is.EqualTo("fixed"));

        foreach (float wrong in (float[])[0, 1, -1, float.NaN])
            Refused.Argument(
                () => _ml.MulticlassClassification.Trainers.RnnMultiLabel(new RnnMultiLabelTrainer.Options { Threshold = wrong }),
                $"Threshold is {wrong}; it must be in (0, 1)."
            );
    }

    [Test]
    public void Training_that_continues_keeps_the_models_thresholds_unless_rows_are_given_to_choose_others_on()
    {
        var log = new LogCapture(_ml);
        using RnnMultiLabelTransformer previous = Trainer(configure: options => options.ValidationSet = Load(120, seed: 2)).Fit(Load());
        using RnnMultiLabelTransformer loaded = Loaded(previous);

        using RnnMultiLabelTransformer kept = Trainer().Fit(Load(), loaded.Model);
        using RnnMultiLabelTransformer anew = Trainer(configure: options => options.ValidationSet = Load(120, seed: 3)).Fit(Load(), loaded.Model);
        using RnnMultiLabelTransformer newHead = Trainer(configure: options => options.ReplaceHead = true).Fit(Load(), loaded.Model);

        Assert.That(kept.LabelThresholds, Is.EqualTo(previous.LabelThresholds));
        Assert.That(anew.LabelThresholds, Is.Not.EqualTo(previous.LabelThresholds));
        Assert.That(newHead.LabelThresholds, Is.EqualTo(new[] { 0.5f, 0.5f, 0.5f }));
        Assert.That(log.Messages, Has.One.Contains("The labels' thresholds are those of the previous model"));
    }

    [Test]
    public void A_model_of_other_labels_is_refused()
    {
        using RnnMultiLabelTransformer previous = Trainer(configure: options => options.LabelColumnName = "Names").Fit(Load());
        Refused.Argument(
            () => Trainer(configure: options => options.LabelColumnName = "Flags").Fit(Load(), previous.Model),
            "The previous model has other classes, or another order of them"
        );
    }

    // ---- weights ----

    [Test]
    public void A_weighted_label_is_found_more_often([Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine)
    {
        // Labels that the sequence does not tell.
        var random = new Random(1);
        SequenceRow[] rows = TinyData.Rows(200);
        foreach (SequenceRow row in rows)
            row.Flags = [random.Next(4) == 0, random.Next(4) == 0, random.Next(4) == 0];
        IDataView data = Load(rows);
        double[] Shares(ClassWeighting weighting)
        {
            var options = Tiny.Options(
                new RnnMultiLabelTrainer.Options { ClassWeighting = weighting },
                TinyTask.MultiLabel,
                configure: options =>
                {
                    Tiny.LearnWell(options);
                    (options.Engine, options.LabelColumnName, options.MaxEpochs) = (engine, "Flags", 5);
                }
            );
            using RnnMultiLabelTransformer model = _ml.MulticlassClassification.Trainers.RnnMultiLabel(options).Fit(data);
            float[][] probabilities = [.. model.Transform(data).GetColumn<float[]>("Probability")];
            return [.. Enumerable.Range(0, 3).Select(label => (double)probabilities.Average(row => row[label]))];
        }

        double[] equal = Shares(ClassWeighting.Equal),
            balanced = Shares(ClassWeighting.Balanced),
            given = Shares(ClassWeighting.Of(new Dictionary<string, float> { ["Raised"] = 3 }));

        Assert.That(equal, Is.All.EqualTo(0.25).Within(0.08));
        Assert.That(balanced, Is.All.EqualTo(0.5).Within(0.1));
        Assert.That(given[1], Is.EqualTo(0.5).Within(0.1));
        Assert.That(given[0], Is.EqualTo(0.25).Within(0.08));
    }

    [TestCase("low", 2, "ClassWeighting names 'low', which is not a class of the label column 'Flags'")]
    [TestCase("Up", 0, "ClassWeighting gives the label 'Up' the weight 0, so that it could not be learnt")]
    public void A_weight_that_does_not_fit_is_refused(string name, float weight, string sentence)
    {
        var options = Tiny.Options(
            new RnnMultiLabelTrainer.Options { ClassWeighting = ClassWeighting.Of(new Dictionary<string, float> { [name] = weight }) },
            TinyTask.MultiLabel,
            configure: options => options.LabelColumnName = "Flags"
        );
        if (weight == 0)
            options.ClassWeighting = ClassWeighting.Of(new Dictionary<string, float> { [name] = weight, ["Raised"] = 1 });
        Refused.Argument(() => _ml.MulticlassClassification.Trainers.RnnMultiLabel(options).Fit(Load()), sentence);
    }

    // ---- what is refused or warned of ----

    [TestCase(nameof(SequenceRow.Positive))]
    [TestCase(TinyData.ClassLabel)]
    [TestCase(nameof(SequenceRow.Targets))]
    [TestCase(nameof(SequenceRow.FlagNames))]
    public void A_label_of_another_type_is_refused(string label)
    {
        const string Sentence =
            "expected a known-size vector of Boolean (make one with Concatenate), or a vector of Key<UInt32> of known count (make one with "
            + "MapValueToKey of a vector), got";
        RnnMultiLabelTrainer trainer = Trainer(configure: options => options.LabelColumnName = label);
        Refused.Argument(() => trainer.Fit(Load()), Sentence);
        Refused.Argument(() => trainer.GetOutputSchema(SchemaShape.Create(Load().Schema)), Sentence);
    }

    [Test]
    public void Labels_that_no_row_or_every_row_has_are_warned_of()
    {
        var log = new LogCapture(_ml);
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Flags = [row.Positive, false, true];

        Trainer(configure: options => options.LabelColumnName = "Flags").Fit(Load(rows)).Dispose();

        Assert.That(
            log.Warnings,
            Has.One.Contains(
                "1 of the 3 labels of the label column 'Flags' has no training row, 'Raised'; the model will hardly ever predict it."
            )
        );
        Assert.That(
            log.Warnings,
            Has.One.Contains("Every training row has the label 'Up' of the label column 'Flags': there is nothing to learn about it.")
        );
    }

    [Test]
    public void Equal_labels_in_all_rows_are_refused()
    {
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.Flags = [true, false, true];
        Refused.Operation(
            () => Trainer(configure: options => options.LabelColumnName = "Flags").Fit(Load(rows)),
            "All training rows have the same labels in the label column 'Flags': there must be a label that some rows have and others do not."
        );
    }

    [Test]
    public void Labels_that_the_sequence_does_not_tell_are_warned_of([Values] bool isValidated)
    {
        var log = new LogCapture(_ml);
        var random = new Random(1);
        SequenceRow[] rows = TinyData.Rows(150);
        foreach (SequenceRow row in rows)
            row.Flags = [random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0];

        Trainer(configure: options => (options.ValidationFraction, options.MaxEpochs) = (isValidated ? 0.5 : 0, 1)).Fit(Load(rows)).Dispose();

        Assert.That(
            log.Warnings,
            Has.One.Contains($"The network is no better than chance on {(isValidated ? "rows that were held out" : "the training rows")}: its loss is ")
        );
    }

    [Test]
    public void ML_NETs_CrossValidate_is_refused_and_ours_evaluates_each_fold()
    {
        RnnMultiLabelTrainer trainer = Trainer(configure: Tiny.LearnWell);
        Refused.Operation(
            () => _ml.MulticlassClassification.CrossValidate(Load(), trainer, 2, nameof(SequenceRow.Flags)),
            "CrossValidate cannot evaluate a multi-label classifier: use mlContext.MulticlassClassification.CrossValidateMultiLabel"
        );

        var folds = _ml.MulticlassClassification.CrossValidateMultiLabel(Load(90), trainer, 3, nameof(SequenceRow.Flags), seed: 1);

        Assert.That(folds.Select(fold => fold.Metrics.Rows), Is.All.EqualTo(30));
        Assert.That(folds.Select(fold => fold.Metrics.Labels[1].F1), Is.All.GreaterThan(0.9));
        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateMultiLabel(Load(), Tiny.Multiclass(_ml), 2, TinyData.ClassLabel),
            "a vector for each row is evaluated here: call CrossValidateRnn."
        );
    }

    [Test]
    public void A_labels_only_row_is_never_held_out([Values(0.1, 0.4)] double fraction)
    {
        SequenceRow[] rows = TinyData.Rows();
        for (int row = 0; row < rows.Length; row++)
            rows[row].Flags = [row == 17, row % 2 == 0, row == 3];
        for (int seed = 0; seed < 10; seed++)
        {
            var log = new LogCapture(_ml);
            Trainer(configure: options => (options.ValidationFraction, options.Seed, options.MaxEpochs) = (fraction, seed, 1))
                .Fit(Load(rows))
                .Dispose();
            Assert.That(log.Warnings, Has.None.Contains("no training row"));
        }
    }

    // ---- other places ----

    [Test]
    public void ONNX_Runtime_puts_out_the_columns_of_the_transformer()
    {
        SequenceRow[] rows = TinyData.Rows(20, seed: 2);
        using RnnMultiLabelTransformer model = _ml.MulticlassClassification.ChangeLabelThresholds(
            Trainer(ColumnKind.Flat, options => options.LabelColumnName = "Flags").Fit(Load()),
            [0.4f, 0.7f, 0.45f]
        );
        Predicted[] expected = [.. _ml.Data.CreateEnumerable<Predicted>(model.Transform(Load(rows)), reuseRowObject: false)];

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
        foreach (var (row, expected) in rows.Zip(_ml.Data.CreateEnumerable<Predicted>(model.Transform(Load(rows)), reuseRowObject: false)))
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
        using var whole = _ml.Model.CreatePredictionEngine<SequenceRow, Predicted>(model);
        using var stepped = _ml.Model.CreateSequencePredictionEngine<SequenceRow, Predicted>(model);
        SequenceRow row = TinyData.Rows()[4];
        Predicted last = new();
        foreach (float[] step in row.Ragged.Chunk(SequenceRow.Features))
            last = stepped.Predict("s", new SequenceRow { Ragged = step });

        Predicted expected = whole.Predict(row);
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

    private sealed class Named
    {
        public string Name { get; set; } = "";
    }

    private RnnMultiLabelTrainer Trainer(ColumnKind kind = ColumnKind.Matrix, Action<RnnOptions>? configure = null) =>
        Tiny.MultiLabel(_ml, kind, configure);

    private RnnMultiLabelTransformer Loaded(RnnMultiLabelTransformer model) =>
        (RnnMultiLabelTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, Load().Schema), out _);

    private IDataView Load(int count = 48, int seed = 1) => Load(TinyData.Rows(count, seed));

    // "Plain" without names, "Flags" with slot names, "Names" as keys.
    private IDataView Load(IEnumerable<SequenceRow> rows)
    {
        IDataView data = TinyData.Load(_ml, rows);
        IEstimator<ITransformer> labels = _ml
            .Transforms.CopyColumns("Plain", nameof(SequenceRow.Flags))
            .Append(_ml.Transforms.CustomMapping<SequenceRow, FlagColumns>(FlagColumns.Of, contractName: null))
            .Append(_ml.Transforms.Concatenate("Flags", "Positive", "Raised", "Up"))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Names", nameof(SequenceRow.FlagNames)));
        return labels.Fit(data).Transform(data);
    }

    private sealed class FlagColumns
    {
        public bool Positive { get; set; }
        public bool Raised { get; set; }
        public bool Up { get; set; }

        public static void Of(SequenceRow row, FlagColumns flags) => (flags.Positive, flags.Raised, flags.Up) = (row.Flags[0], row.Flags[1], row.Flags[2]);
    }
}
