using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Weights of labels, and what training refuses or warns of.</summary>
[TestFixture]
public class MultiLabelTrainingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void A_weighted_label_is_found_more_often([Values(EngineKind.Torch, EngineKind.Simd)] EngineKind engine)
    {
        // Labels that the sequence does not tell.
        var random = new Random(1);
        IDataView data = TinyLabels.Load(_ml, TinyLabels.Rows(200, _ => [random.Next(4) == 0, random.Next(4) == 0, random.Next(4) == 0]));
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

        Assert.That(equal, Is.All.EqualTo(0.25).Within(0.1));
        Assert.That(balanced, Is.All.EqualTo(0.5).Within(0.1));
        Assert.That(given[1], Is.EqualTo(0.5).Within(0.1));
        Assert.That(given[0], Is.EqualTo(0.25).Within(0.1));
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
        SequenceRow[] rows = TinyLabels.Rows(48, row => [row % 3 == 2, false, true]);

        Trainer(configure: options => options.LabelColumnName = "Flags").Fit(TinyLabels.Load(_ml, rows)).Dispose();

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
        SequenceRow[] rows = TinyLabels.Rows(48, _ => [true, false, true]);
        Refused.Operation(
            () => Trainer(configure: options => options.LabelColumnName = "Flags").Fit(TinyLabels.Load(_ml, rows)),
            "All training rows have the same labels in the label column 'Flags': there must be a label that some rows have and others do "
                + "not."
        );
    }

    [Test]
    public void Labels_that_the_sequence_does_not_tell_are_warned_of([Values] bool isValidated)
    {
        var log = new LogCapture(_ml);
        var random = new Random(1);
        SequenceRow[] rows = TinyLabels.Rows(150, _ => [random.Next(2) == 0, random.Next(2) == 0, random.Next(2) == 0]);

        Trainer(configure: options => (options.ValidationFraction, options.MaxEpochs) = (isValidated ? 0.5 : 0, 1))
            .Fit(TinyLabels.Load(_ml, rows))
            .Dispose();

        Assert.That(
            log.Warnings,
            Has.One.Contains(
                $"The network is no better than chance on {(isValidated ? "rows that were held out" : "the training rows")}: its loss is "
            )
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
        SequenceRow[] rows = TinyLabels.Rows(48, row => [row == 17, row % 2 == 0, row == 3]);
        for (int seed = 0; seed < 10; seed++)
        {
            var log = new LogCapture(_ml);
            Trainer(configure: options => (options.ValidationFraction, options.Seed, options.MaxEpochs) = (fraction, seed, 1))
                .Fit(TinyLabels.Load(_ml, rows))
                .Dispose();
            Assert.That(log.Warnings, Has.None.Contains("no training row"));
        }
    }

    private RnnMultiLabelTrainer Trainer(ColumnKind kind = ColumnKind.Matrix, Action<RnnOptions>? configure = null) =>
        Tiny.MultiLabel(_ml, kind, configure);

    private IDataView Load(int count = 48, int seed = 1) => TinyLabels.Load(_ml, count, seed);
}
