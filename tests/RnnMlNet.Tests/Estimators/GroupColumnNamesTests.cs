using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Trainers hold whole groups of rows out, say so, and refuse what cannot be.</summary>
[TestFixture]
public class GroupColumnNamesTests
{
    private readonly MLContext _ml = new(seed: 1);

    // Eight units of six rows each, all classes in each, mixed up.
    private static SequenceRow[] Rows(int count = 48, int units = 8, int seed = 1)
    {
        SequenceRow[] rows = TinyData.Rows(count, seed);
        for (int row = 0; row < count; row++)
            rows[row].Name = $"unit {row / 3 % units}";
        return rows;
    }

    private static void Grouped(RnnOptions options) => (options.GroupColumnNames, options.Seed) = ([nameof(SequenceRow.Name)], 5);

    private static IReadOnlyList<TrainingHistory> Histories(ITransformer model) =>
        model switch
        {
            RnnMulticlassTransformer multiclass => multiclass.Model.Histories,
            RnnBinaryTransformer binary => binary.Model.Histories,
            RnnMultiLabelTransformer multiLabel => multiLabel.Model.Histories,
            RnnMultiLabelTaggerTransformer tagger => tagger.Model.Histories,
            RnnRegressionTransformer regression => regression.Model.Histories,
            _ => ((RnnSequenceTaggerTransformer)model).Model.Histories,
        };

    private static void Fits(IEstimator<ITransformer> trainer, IDataView data, LogCapture log)
    {
        TrainingHistory history = Histories(trainer.Fit(data)).Single();

        Assert.That((history.TrainingRows, history.ValidationRows), Is.EqualTo((42L, 6L)));
        Assert.That(
            log.Messages,
            Has.Some.Contains(
                "1 of the 8 groups of column 'Name' is held out for validation: 6 of 48 rows, a share of 0.125 in place of 0.1, as groups "
                    + "are not divided."
            )
        );
        Assert.That(log.Warnings, Has.None.Contains("group"));
    }

    [Test]
    public void Each_trainer_holds_out_whole_groups([Values] TinyTask task, [Values(EngineKind.Simd, EngineKind.Torch)] EngineKind engine)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Fits(
            Tiny.Trainer(
                ml,
                task,
                configure: options =>
                {
                    Grouped(options);
                    options.Engine = engine;
                }
            ),
            TinyData.Load(ml, Rows()),
            log
        );
    }

    [Test]
    public void A_tagger_holds_out_whole_groups()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        Fits(TinyTags.Trainer(ml, configure: Grouped), TinyTags.Load(ml, Rows()), log);
    }

    [Test]
    public void The_model_is_the_same_with_rows_in_a_file()
    {
        using var folder = new TemporaryFolder();
        IDataView data = TinyData.Load(_ml, Rows());
        IReadOnlyDictionary<string, string> Model(long? limit) =>
            SavedModel.Entries(
                _ml,
                Tiny.Regression(
                        _ml,
                        configure: options =>
                        {
                            Grouped(options);
                            (options.StoreMemoryLimit, options.StoreDirectory) = (limit, folder.FullName);
                        }
                    )
                    .Fit(data),
                data.Schema
            );

        Assert.That(Model(0), Is.EqualTo(Model(null)));
    }

    // The defaults of so few rows: eight members, each of which holds out another part.
    [Test]
    public void Members_hold_out_groups_in_turn_where_there_are_enough([Values(8, 5)] int units)
    {
        SequenceRow[] rows = Rows(units * 6, units);
        var options = new RnnMulticlassTrainer.Options
        {
            LabelColumnName = TinyData.ClassLabel,
            FeatureColumnName = nameof(SequenceRow.Matrix),
        };
        (options.MaxEpochs, options.HiddenSize) = (1, 2);
        Grouped(options);
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);

        IReadOnlyList<TrainingHistory> histories = Histories(
            ml.MulticlassClassification.Trainers.Rnn(options).Fit(TinyData.Load(ml, rows))
        );

        Assert.That(histories, Has.Count.EqualTo(8));
        Assert.That(histories.Select(history => history.ValidationRows), Is.All.EqualTo(units == 8 ? 6 : 0));
        if (units == 8)
            Assert.That(
                log.Messages,
                Has.Some.Contains("The 8 groups of column 'Name' are held out in 8 parts of 6 rows, as groups are not divided.")
            );
    }

    [Test]
    public void A_share_that_is_far_off_is_a_warning()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);

        Tiny.Regression(ml, configure: Grouped).Fit(TinyData.Load(ml, Rows(units: 2)));

        Assert.That(
            log.Warnings,
            Has.Some.Contains(
                "1 of the 2 groups of column 'Name' is held out for validation: 24 of 48 rows, a share of 0.5 in place of 0.1, as groups "
                    + "are not divided. More and smaller groups would come nearer."
            )
        );
    }

    [Test]
    public void One_group_is_refused() =>
        Refused.Operation(
            () => Tiny.Regression(_ml, configure: Grouped).Fit(TinyData.Load(_ml, Rows(units: 1))),
            "The 48 rows to train on are in 1 group of column 'Name', so no group can be held out as the share 0.1 for validation: give "
                + "rows of at least 2 groups, or a ValidationSet of other groups, or set ValidationFraction to 0, or GroupColumnNames "
                + "to null."
        );

    [Test]
    public void Without_held_out_rows_one_group_is_enough() =>
        Assert.That(
            Histories(
                Tiny.Regression(
                        _ml,
                        configure: options =>
                        {
                            Grouped(options);
                            options.ValidationFraction = 0;
                        }
                    )
                    .Fit(TinyData.Load(_ml, Rows(units: 1)))
            )[0].TrainingRows,
            Is.EqualTo(48)
        );

    [Test]
    public void A_column_that_is_not_there_or_has_several_values_is_refused_before_rows_are_read()
    {
        IDataView data = TinyData.Load(_ml);
        Refused.Argument(
            () => Tiny.Binary(_ml, configure: o => o.GroupColumnNames = ["Missing"]).Fit(data),
            "Could not find group column 'Missing'"
        );
        Refused.Argument(
            () => Tiny.Binary(_ml, configure: o => o.GroupColumnNames = [nameof(SequenceRow.Targets)]).Fit(data),
            "Schema mismatch for group column 'Targets': expected a value that rows can be grouped by, got Vector<Single>"
        );
    }

    [Test]
    public void Groups_on_both_sides_of_a_validation_set_are_warned_of([Values] bool areKeys)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView train = TinyData.Load(ml, Rows()),
            validation = TinyData.Load(ml, Rows(30, units: 10, seed: 2));
        string column = nameof(SequenceRow.Name);
        if (areKeys)
        {
            column = "UnitKey";
            ITransformer keys = ml.Transforms.Conversion.MapValueToKey("UnitKey", nameof(SequenceRow.Name)).Fit(validation);
            (train, validation) = (keys.Transform(train), keys.Transform(validation));
        }
        RnnRegressionTrainer trainer = Tiny.Regression(ml, configure: options => options.GroupColumnNames = [column]);

        trainer.Fit(train, validation);

        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Has.Some.EqualTo(
                $"8 of the 10 groups of column '{column}' in the validation rows are also in the training rows ('unit 0', 'unit 1', "
                    + "'unit 2', ...), so the validation metric is better than the model is on new groups: keep all rows of a group on one "
                    + "side."
            )
        );
    }

    // Units are numbered anew in each class, so that a unit's number alone is no group.
    [Test]
    public void Of_several_columns_each_combination_of_values_is_a_group([Values] bool areKeys)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView train = TinyData.Load(ml, Rows()),
            validation = TinyData.Load(ml, Rows(30, units: 10, seed: 2));
        string column = nameof(SequenceRow.Name);
        if (areKeys)
        {
            column = "UnitKey";
            ITransformer keys = ml.Transforms.Conversion.MapValueToKey("UnitKey", nameof(SequenceRow.Name)).Fit(validation);
            (train, validation) = (keys.Transform(train), keys.Transform(validation));
        }
        (string, string)[] Groups(IDataView data) =>
            [.. data.GetColumn<string>(nameof(SequenceRow.Name)).Zip(data.GetColumn<string>(nameof(SequenceRow.Class))).Distinct()];
        (string, string)[] trained = Groups(train),
            validated = Groups(validation),
            shared = [.. trained.Intersect(validated)];
        string named = string.Join(", ", shared.Take(3).Select(group => $"('{group.Item1}', '{group.Item2}')"));
        Assert.That(shared, Has.Length.GreaterThan(3).And.Length.LessThan(validated.Length));
        RnnRegressionTrainer trainer = Tiny.Regression(
            ml,
            configure: options => options.GroupColumnNames = [column, nameof(SequenceRow.Class)]
        );

        trainer.Fit(train, validation);

        Assert.That(
            log.Warnings.Select(LogCapture.Sentence),
            Has.Some.EqualTo(
                $"{shared.Length} of the {validated.Length} groups of columns '{column}', 'Class' in the validation rows are also in "
                    + $"the training rows ({named}, ...), so the validation metric is better than the model is on new groups: "
                    + "keep all rows of a group on one side."
            )
        );
    }

    [Test]
    public void A_validation_set_of_other_groups_is_not_warned_of_and_needs_the_column()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        SequenceRow[] others = Rows(12, seed: 2);
        foreach (SequenceRow row in others)
            row.Name = $"other {row.Name}";
        RnnRegressionTrainer trainer = Tiny.Regression(ml, configure: Grouped);

        trainer.Fit(TinyData.Load(ml, Rows()), TinyData.Load(ml, others));

        Assert.That(log.Warnings, Has.None.Contains("group"));
        IDataView without = ml
            .Transforms.DropColumns(nameof(SequenceRow.Name))
            .Fit(TinyData.Load(ml, others))
            .Transform(TinyData.Load(ml, others));
        Refused.Argument(() => trainer.Fit(TinyData.Load(ml, Rows()), without), "Could not find group column 'Name'");
    }

    [Test]
    public void Scoring_does_not_need_the_column()
    {
        RnnRegressionTransformer model = Tiny.Regression(_ml, configure: Grouped).Fit(TinyData.Load(_ml, Rows()));
        IDataView data = TinyData.Load(_ml, Rows());
        IDataView without = _ml.Transforms.DropColumns(nameof(SequenceRow.Name)).Fit(data).Transform(data);

        Assert.That(Scores.Of(model, without), Is.EqualTo(Scores.Of(model, data)));
    }

    [Test]
    public void A_checkpoint_of_other_groups_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        string path = folder.PathOf("training.checkpoint");
        void Kept(RnnOptions options)
        {
            Grouped(options);
            (options.MaxEpochs, options.CheckpointPath, options.CheckpointInterval) = (5, path, TimeSpan.Zero);
        }
        SequenceRow[] rows = Rows();
        IDataView data = TinyData.Load(_ml, rows);
        RnnRegressionTrainer cancelled = Tiny.Regression(
            _ml,
            configure: options =>
            {
                Kept(options);
                (options.Progress, options.CancellationToken) = (new OnEpoch(_ => source.Cancel()), source.Token);
            }
        );
        Assert.That(() => cancelled.Fit(data), Throws.InstanceOf<OperationCanceledException>());

        Refused.Operation(
            () =>
                Tiny.Regression(
                        _ml,
                        configure: options =>
                        {
                            Kept(options);
                            options.GroupColumnNames = [nameof(SequenceRow.Class)];
                        }
                    )
                    .Fit(data),
            "GroupColumnNames was ['Name'], is ['Class']; the training data was 48 rows"
        );
        rows[3].Name = "unit 7";
        Refused.Operation(() => Tiny.Regression(_ml, configure: Kept).Fit(TinyData.Load(_ml, rows)), "the training data was 48 rows");
        rows[3].Name = "unit 1";
        Assert.That(Tiny.Regression(_ml, configure: Kept).Fit(TinyData.Load(_ml, rows)).Model.History.Epochs, Has.Count.EqualTo(5));
    }
}
