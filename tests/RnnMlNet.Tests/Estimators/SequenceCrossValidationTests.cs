using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Cross-validation of every task, with folds in which each class has its part; and ML.NET's own, where it cannot
/// evaluate.</summary>
[TestFixture]
public class SequenceCrossValidationTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class KeyedRow
    {
        [VectorType(3, 1)]
        public float[] Features { get; set; } = [];

        public string Class { get; set; } = "";

        public string Person { get; set; } = "";

        [KeyType(3)]
        public uint Key { get; set; }
    }

    [Test]
    public void Multiclass_by_the_text_that_the_pipeline_maps_to_keys()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(TinyData.Rows(60));
        var pipeline = _ml
            .Transforms.Conversion.MapValueToKey(TinyData.ClassLabel, nameof(SequenceRow.Class))
            .Append(Tiny.Multiclass(_ml, configure: Tiny.LearnWell));

        var folds = _ml.MulticlassClassification.CrossValidateRnn(
            data,
            pipeline,
            numberOfFolds: 4,
            labelColumnName: TinyData.ClassLabel,
            seed: 1,
            classColumnName: nameof(SequenceRow.Class)
        );

        Assert.That(folds.Select(fold => fold.Fold), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        Assert.That(folds.Select(fold => fold.Metrics.MacroAccuracy), Is.All.GreaterThan(0.9));
        foreach (var fold in folds)
            Assert.That(
                fold.ScoredHoldOutSet.GetColumn<string>("Class").CountBy(name => name).Select(count => count.Value),
                Is.All.EqualTo(5)
            );
        string[] held = [.. folds.SelectMany(fold => fold.ScoredHoldOutSet.GetColumn<string>("Name"))];
        Assert.That(held, Is.EquivalentTo(data.GetColumn<string>("Name")));
        IDataView rescored = folds[2].Model.Transform(data);
        Assert.That(Scores.Of(rescored).Length, Is.EqualTo(60));
    }

    [Test]
    public void Binary_and_regression_and_several_targets()
    {
        IDataView data = TinyData.Load(_ml, 60);

        var binary = _ml.BinaryClassification.CrossValidateRnn(
            data,
            Tiny.Binary(_ml, configure: Tiny.LearnWell),
            3,
            TinyTask.Binary.Label(),
            seed: 1
        );
        Assert.That(binary.Select(fold => fold.Metrics.AreaUnderRocCurve), Is.All.GreaterThan(0.9));
        Assert.That(
            binary.Select(fold => fold.ScoredHoldOutSet.GetColumn<bool>("Positive").Count(positive => positive)),
            Is.All.InRange(6, 7)
        );

        var regression = _ml.Regression.CrossValidateRnn(
            data,
            Tiny.Regression(_ml, configure: Tiny.LearnWell),
            3,
            TinyTask.Regression.Label(),
            seed: 1
        );
        Assert.That(regression.Select(fold => fold.Metrics.RSquared), Is.All.GreaterThan(0.9));

        var several = _ml.Regression.CrossValidateMultiTarget(
            data,
            Tiny.Trainer(_ml, TinyTask.MultiTarget, configure: Tiny.LearnWell),
            3,
            TinyTask.MultiTarget.Label(),
            seed: 1
        );
        Assert.That(several.Select(fold => fold.Metrics.Targets[0].RSquared), Is.All.GreaterThan(0.9));
        Assert.That(several.Select(fold => fold.Metrics.Rows), Is.All.EqualTo(20));
    }

    [Test]
    public void A_tagger()
    {
        var folds = _ml.MulticlassClassification.CrossValidateSequenceTagging(
            TinyTags.Load(_ml, 60),
            TinyTags.Trainer(_ml, ColumnKind.Ragged, Tiny.LearnWell),
            3,
            TinyTags.Label(ColumnKind.Ragged),
            seed: 1
        );

        Assert.That(folds.Select(fold => fold.Metrics.Accuracy), Is.All.GreaterThan(0.8));
        Assert.That(folds.Sum(fold => fold.Metrics.Sequences), Is.EqualTo(60));
    }

    [Test]
    public void Folds_follow_from_the_seed()
    {
        IDataView data = TinyData.Load(_ml, 30);
        string[] Held(int? seed, MLContext ml) =>
            [
                .. ml
                    .Regression.CrossValidateRnn(data, Tiny.Regression(ml), 2, TinyTask.Regression.Label(), seed: seed)[0]
                    .ScoredHoldOutSet.GetColumn<string>("Name"),
            ];

        string[] held = Held(5, _ml),
            again = Held(5, _ml),
            other = Held(6, _ml);
        Assert.That(again, Is.EqualTo(held));
        Assert.That(other, Is.Not.EqualTo(held));
        string[] ofContext = Held(null, new MLContext(seed: 3)),
            ofAnother = Held(null, new MLContext(seed: 3));
        Assert.That(ofAnother, Is.EqualTo(ofContext));
    }

    [Test]
    public void Rows_of_one_sampling_key_stay_together([Values("Person", "Key")] string column)
    {
        IDataView data = _ml.Data.LoadFromEnumerable([
            .. Enumerable
                .Range(0, 90)
                .Select(i => new KeyedRow
                {
                    Features = [i, i % 2, 1],
                    Class = i % 2 == 0 ? "a" : "b",
                    Person = $"{i % 3}",
                    Key = (uint)(i % 3),
                }),
        ]);
        var pipeline = _ml
            .Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(_ml.MulticlassClassification.Trainers.Rnn(hiddenSize: 2, maxEpochs: 1));

        var folds = _ml.MulticlassClassification.CrossValidateRnn(
            data,
            pipeline,
            3,
            samplingKeyColumnName: column,
            seed: 1,
            classColumnName: "Class"
        );

        Assert.That(folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<string>("Person").Distinct().Count()), Is.All.EqualTo(1));
        Refused.Operation(
            () => _ml.MulticlassClassification.CrossValidateRnn(data, pipeline, 4, samplingKeyColumnName: column, classColumnName: "Class"),
            "The 90 rows are in 3 groups, too few for 4 folds: give more rows, or use fewer folds."
        );
    }

    [Test]
    public void A_class_of_one_row_stays_in_training()
    {
        IDataView data = _ml.Data.LoadFromEnumerable([
            .. Enumerable
                .Range(0, 31)
                .Select(i => new KeyedRow
                {
                    Features = [i, i % 2, 1],
                    Class =
                        i == 7 ? "rare"
                        : i % 2 == 0 ? "a"
                        : "b",
                }),
        ]);
        var pipeline = _ml
            .Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(_ml.MulticlassClassification.Trainers.Rnn(hiddenSize: 2, maxEpochs: 1));

        var folds = _ml.MulticlassClassification.CrossValidateRnn(data, pipeline, 5, seed: 1, classColumnName: "Class");

        Assert.That(
            folds.SelectMany(fold => fold.ScoredHoldOutSet.GetColumn<string>("Class")),
            Has.Exactly(30).Items.And.None.EqualTo("rare")
        );
        Assert.That(folds.Select(fold => fold.Metrics.ConfusionMatrix.NumberOfClasses), Is.All.EqualTo(3));
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        IDataView data = TinyData.Load(_ml, 4);
        RnnRegressionTrainer trainer = Tiny.Regression(_ml);
        Refused.Argument(() => _ml.Regression.CrossValidateRnn(data, trainer, 1, "Number"), "numberOfFolds is 1; it must be at least 2.");
        Refused.Operation(
            () => _ml.Regression.CrossValidateRnn(data, trainer, 5, "Number"),
            "There are 4 rows, too few for 5 folds: give more rows, or set numberOfFolds to 2 or less."
        );
        Refused.Argument(
            () => _ml.Regression.CrossValidateRnn(data, trainer, 2, "Number", samplingKeyColumnName: "Missing"),
            "Could not find sampling key column 'Missing'"
        );
        Refused.Argument(
            () => _ml.Regression.CrossValidateRnn(data, trainer, 2, "Number", samplingKeyColumnName: "Matrix"),
            "Schema mismatch for sampling key column 'Matrix': expected a value that rows can be grouped by, got Vector<Single, 5, 2>"
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateRnn(data, trainer, 2, classColumnName: "Missing"),
            "Could not find label column 'Missing'"
        );
        Assert.That(() => _ml.Regression.CrossValidateRnn(null!, trainer), Throws.ArgumentNullException);
        Assert.That(() => _ml.Regression.CrossValidateRnn(data, null!), Throws.ArgumentNullException);
        Assert.That(() => _ml.MulticlassClassification.CrossValidateRnn(null!, trainer), Throws.ArgumentNullException);
    }

    [Test]
    public void A_label_that_cannot_be_evaluated_is_refused_before_anything_is_trained()
    {
        var trained = 0;
        void Count(RnnOptions options) => options.Progress = new OnEpoch(_ => trained++);
        IDataView data = TinyData.Load(_ml),
            tags = TinyTags.Load(_ml);

        Refused.Argument(
            () =>
                _ml.MulticlassClassification.CrossValidateRnn(
                    tags,
                    TinyTags.Trainer(_ml, configure: Count),
                    3,
                    TinyTags.Label(ColumnKind.Matrix)
                ),
            "and one value for each row is evaluated here: call CrossValidateSequenceTagging or CrossValidateMultiLabel."
        );
        Refused.Argument(
            () =>
                _ml.MulticlassClassification.CrossValidateSequenceTagging(
                    data,
                    Tiny.Multiclass(_ml, configure: Count),
                    3,
                    TinyData.ClassLabel
                ),
            $"The label column '{TinyData.ClassLabel}' is Key<UInt32>, and a vector for each row is evaluated here: call "
                + "CrossValidateRnn."
        );
        Refused.Argument(
            () =>
                _ml.Regression.CrossValidateRnn(
                    data,
                    Tiny.Trainer(_ml, TinyTask.MultiTarget, configure: Count),
                    3,
                    TinyTask.MultiTarget.Label()
                ),
            "is Vector<Single>, and one value for each row is evaluated here: call CrossValidateMultiTarget."
        );
        Refused.Argument(
            () => _ml.Regression.CrossValidateRnn(data, Tiny.Regression(_ml, configure: Count)),
            "labelColumnName is 'Label', and neither the data nor the pipeline has such a column: "
                + "set it to the name of the trainer's label column."
        );
        Refused.Argument(
            () => _ml.BinaryClassification.CrossValidateRnn(data, Tiny.Binary(_ml, configure: Count)),
            "labelColumnName is 'Label'"
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.CrossValidateRnn(data, Tiny.Multiclass(_ml, configure: Count)),
            "labelColumnName is 'Label'"
        );
        Assert.That(trained, Is.Zero);
    }

    [Test]
    public void ML_NETs_own_names_ours_before_it_trains_where_it_cannot_evaluate()
    {
        var trained = 0;
        void Count(RnnOptions options) => options.Progress = new OnEpoch(_ => trained++);

        Refused.Operation(
            () =>
                _ml.MulticlassClassification.CrossValidate(
                    TinyTags.Load(_ml),
                    TinyTags.Trainer(_ml, configure: Count),
                    3,
                    TinyTags.Label(ColumnKind.Matrix)
                ),
            "CrossValidate cannot evaluate a sequence tagger, whose label has a value for each step: use "
                + "mlContext.MulticlassClassification.CrossValidateSequenceTagging, which takes the same arguments."
        );
        IEstimator<ITransformer> chained = _ml
            .Transforms.CopyColumns("Copy", "Matrix")
            .Append(Tiny.Trainer(_ml, TinyTask.MultiTarget, configure: Count));
        Refused.Operation(
            () => _ml.Regression.CrossValidate(TinyData.Load(_ml), chained, 3, TinyTask.MultiTarget.Label()),
            "CrossValidate cannot evaluate a regression of several targets: use mlContext.Regression.CrossValidateMultiTarget, which "
                + "takes the same arguments."
        );
        Assert.That(trained, Is.Zero);
    }
}
