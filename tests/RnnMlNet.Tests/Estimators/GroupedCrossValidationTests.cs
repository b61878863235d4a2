using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Cross-validation follows the groups of the trainer, which follows them within each fold.</summary>
[TestFixture]
public class GroupedCrossValidationTests
{
    private const int Folds = 4,
        Units = 8,
        RowsOfUnit = 6;

    private static SequenceRow[] Rows()
    {
        SequenceRow[] rows = TinyData.Rows(Units * RowsOfUnit);
        for (int row = 0; row < rows.Length; row++)
            (rows[row].Name, rows[row].PlainKey) = ($"unit {row / 3 % Units}", row == 5 ? SequenceRow.MissingPlainKey : 1);
        return rows;
    }

    private static void Grouped(RnnOptions options) => options.GroupColumnNames = [nameof(SequenceRow.Name)];

    // Each fold holds out two units; of the other six, one is held out for validation.
    private static void AreGrouped(
        LogCapture log,
        IEnumerable<IDataView> scored,
        IEnumerable<ITransformer> models,
        Func<ITransformer, TrainingHistory> historyOf
    )
    {
        string[][] units = [.. scored.Select(rows => rows.GetColumn<string>(nameof(SequenceRow.Name)).Distinct().ToArray())];
        Assert.That(units, Has.Length.EqualTo(Folds));
        Assert.That(units.Select(of => of.Length), Is.All.EqualTo(2));
        Assert.That(units.SelectMany(of => of), Is.Unique);
        Assert.That(
            models.Select(historyOf).Select(history => (history.TrainingRows, history.ValidationRows)),
            Is.All.EqualTo(((long)RowsOfUnit * 5, (long)RowsOfUnit))
        );
        Assert.That(
            log.Messages,
            Has.Exactly(Folds).Contains("1 of the 6 groups of column 'Name' is held out for validation: 6 of 36 rows")
        );
    }

    [Test]
    public void Of_a_multiclass_pipeline()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey(TinyData.ClassLabel, nameof(SequenceRow.Class))
            .Append(Tiny.Multiclass(ml, configure: Grouped))
            .Append(ml.Transforms.CopyColumns("Copy", "Score"));

        var folds = ml.MulticlassClassification.CrossValidateRnn(
            ml.Data.LoadFromEnumerable(Rows()),
            pipeline,
            Folds,
            TinyData.ClassLabel,
            seed: 1,
            classColumnName: nameof(SequenceRow.Class)
        );

        AreGrouped(
            log,
            folds.Select(fold => fold.ScoredHoldOutSet),
            folds.Select(fold => fold.Model),
            model => ((IEnumerable<ITransformer>)model).OfType<RnnMulticlassTransformer>().Single().Model.History
        );
    }

    [Test]
    public void Of_a_binary_trainer()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        var folds = ml.BinaryClassification.CrossValidateRnn(
            TinyData.Load(ml, Rows()),
            Tiny.Binary(ml, configure: Grouped),
            Folds,
            nameof(SequenceRow.Positive),
            seed: 1
        );
        AreGrouped(
            log,
            folds.Select(fold => fold.ScoredHoldOutSet),
            folds.Select(fold => fold.Model),
            model => ((RnnBinaryTransformer)model).Model.History
        );
    }

    [Test]
    public void Of_a_regression([Values] bool hasSeveralTargets)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView data = TinyData.Load(ml, Rows());
        TinyTask task = hasSeveralTargets ? TinyTask.MultiTarget : TinyTask.Regression;
        IEstimator<ITransformer> trainer = Tiny.Trainer(ml, task, configure: Grouped);
        (IDataView Scored, ITransformer Model)[] folds = hasSeveralTargets
            ?
            [
                .. ml
                    .Regression.CrossValidateMultiTarget(data, trainer, Folds, task.Label(), seed: 1)
                    .Select(fold => (fold.ScoredHoldOutSet, fold.Model)),
            ]
            :
            [
                .. ml
                    .Regression.CrossValidateRnn(data, trainer, Folds, task.Label(), seed: 1)
                    .Select(fold => (fold.ScoredHoldOutSet, fold.Model)),
            ];
        AreGrouped(
            log,
            folds.Select(fold => fold.Scored),
            folds.Select(fold => fold.Model),
            model => ((RnnRegressionTransformer)model).Model.History
        );
    }

    [Test]
    public void Of_a_tagger()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        var folds = ml.MulticlassClassification.CrossValidateSequenceTagging(
            TinyTags.Load(ml, Rows()),
            TinyTags.Trainer(ml, configure: Grouped),
            Folds,
            TinyTags.Label(ColumnKind.Matrix),
            seed: 1
        );
        AreGrouped(
            log,
            folds.Select(fold => fold.ScoredHoldOutSet),
            folds.Select(fold => fold.Model),
            model => ((RnnSequenceTaggerTransformer)model).Model.History
        );
    }

    [Test]
    public void Groups_that_only_the_pipeline_makes_need_a_sampling_key()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView data = TinyData.Load(ml, Rows());
        var pipeline = ml
            .Transforms.CopyColumns("Unit", nameof(SequenceRow.Name))
            .Append(Tiny.Regression(ml, configure: options => options.GroupColumnNames = ["Unit"]));

        ml.Regression.CrossValidateRnn(data, pipeline, Folds, nameof(SequenceRow.Number), seed: 1);
        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Has.Some.EqualTo(
                "The trainer's GroupColumnNames name column 'Unit', which only the pipeline makes, so rows of one group may be in several "
                    + "folds: set samplingKeyColumnName to a column of the data."
            )
        );

        var second = new MLContext(seed: 1);
        var quiet = new LogCapture(second);
        var folds = second.Regression.CrossValidateRnn(
            data,
            pipeline,
            Folds,
            nameof(SequenceRow.Number),
            samplingKeyColumnName: nameof(SequenceRow.Name),
            seed: 1
        );
        Assert.That(quiet.Warnings, Has.None.Contains("GroupColumnNames"));
        Assert.That(
            folds.Select(fold => fold.ScoredHoldOutSet.GetColumn<string>(nameof(SequenceRow.Name)).Distinct().Count()),
            Is.All.EqualTo(2)
        );
    }

    [Test]
    public void Folds_follow_several_columns_of_the_trainer()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        // Four units in each of two halls.
        SequenceRow[] rows = Rows();
        for (int row = 0; row < rows.Length; row++)
            (rows[row].Name, rows[row].PlainKey) = ($"unit {row / 3 % Units % 4}", 1 + (uint)row / 3 % Units / 4);
        var folds = ml.Regression.CrossValidateRnn(
            TinyData.Load(ml, rows),
            Tiny.Regression(ml, configure: options => options.GroupColumnNames = [nameof(SequenceRow.Name), nameof(SequenceRow.PlainKey)]),
            Folds,
            nameof(SequenceRow.Number),
            seed: 1
        );
        (string, uint)[][] units =
        [
            .. folds.Select(fold =>
                fold.ScoredHoldOutSet.GetColumn<string>(nameof(SequenceRow.Name))
                    .Zip(fold.ScoredHoldOutSet.GetColumn<uint>(nameof(SequenceRow.PlainKey)))
                    .Distinct()
                    .ToArray()
            ),
        ];
        Assert.That(units.Select(of => of.Length), Is.All.EqualTo(2));
        Assert.That(units.SelectMany(of => of), Is.Unique);
        Assert.That(
            log.Messages,
            Has.Exactly(Folds).Contains("1 of the 6 groups of columns 'Name', 'PlainKey' is held out for validation: 6 of 36 rows")
        );
    }

    [Test]
    public void A_missing_sampling_key_is_named()
    {
        const string Sentence =
            "Row 5 has the missing key in column 'PlainKey', so it cannot be told which rows it must stay together with: give each row a "
            + "value, or remove such rows.";
        var ml = new MLContext(seed: 1);
        Refused.Operation(
            () =>
                ml.Regression.CrossValidateRnn(
                    TinyData.Load(ml, Rows()),
                    Tiny.Regression(ml),
                    2,
                    nameof(SequenceRow.Number),
                    samplingKeyColumnName: nameof(SequenceRow.PlainKey)
                ),
            Sentence
        );
        Refused.Operation(
            () =>
                ml.Regression.CrossValidateRnn(
                    TinyData.Load(ml, Rows()),
                    Tiny.Regression(
                        ml,
                        configure: options => options.GroupColumnNames = [nameof(SequenceRow.Name), nameof(SequenceRow.PlainKey)]
                    ),
                    2,
                    nameof(SequenceRow.Number)
                ),
            Sentence
        );
    }
}
