using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a multi-label classifier learns, its columns, and its thresholds.</summary>
[TestFixture]
public class RnnMultiLabelTests
{
    private readonly MLContext _ml = new(seed: 1);

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

        Assert.That(F1("high", "Positive"), Is.GreaterThan(0.9));
        Assert.That(F1("raised", "Raised"), Is.GreaterThan(0.9));
        Assert.That(
            model.LabelNames,
            label == "Names" ? Is.EquivalentTo(TinyData.FlagNames) : Is.EqualTo(new[] { "Positive", "Raised", "Up" })
        );
        Assert.That(model.Model.History.Epochs[^1].MetricName, Is.EqualTo("Subset accuracy"));

        // The keys of other rows may be in another order.
        double F1(string key, string flag) => metrics.Labels.Single(one => one.Name == (label == "Names" ? key : flag)).F1;
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
            using RnnMultiLabelTransformer model = Trainer(configure: options => (options.LabelColumnName, options.Seed) = (label, 1))
                .Fit(data);
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
        using RnnMultiLabelTransformer loaded = TinyLabels.Reloaded(_ml, other);

        Assert.That(model.LabelThresholds, Is.EqualTo(new[] { 0.5f, 0.5f, 0.5f }), "Nothing was held out.");
        foreach (RnnMultiLabelTransformer one in (RnnMultiLabelTransformer[])[other, loaded])
        {
            Assert.That(one.LabelThresholds, Is.EqualTo(new[] { 0.2f, 0.5f, 0.9f }).Within(1e-6));
            foreach (LabelPrediction row in _ml.Data.CreateEnumerable<LabelPrediction>(one.Transform(Load(seed: 2)), reuseRowObject: false))
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
        Assert.That(
            log.Messages,
            Has.One.Contains("The labels' thresholds are those of the highest F1 on 120 held-out rows, probabilities of ")
        );
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
        using RnnMultiLabelTransformer loaded = TinyLabels.Reloaded(_ml, previous);

        using RnnMultiLabelTransformer kept = Trainer().Fit(Load(), loaded.Model);
        using RnnMultiLabelTransformer anew = Trainer(configure: options => options.ValidationSet = Load(120, seed: 3))
            .Fit(Load(), loaded.Model);
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

    private sealed class Named
    {
        public string Name { get; set; } = "";
    }

    private RnnMultiLabelTrainer Trainer(ColumnKind kind = ColumnKind.Matrix, Action<RnnOptions>? configure = null) =>
        Tiny.MultiLabel(_ml, kind, configure);

    private IDataView Load(int count = 48, int seed = 1) => TinyLabels.Load(_ml, count, seed);
}
