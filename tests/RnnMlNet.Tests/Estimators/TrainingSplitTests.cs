using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Classes of one row each are trained on with the defaults, and an option that cannot be met is named.</summary>
[TestFixture]
public class TrainingSplitTests
{
    private readonly MLContext _ml = new(seed: 1);

    // Classes of one row each, and a last one of some.
    private IDataView Load(int singles, int others)
    {
        SequenceRow[] rows = TinyData.Rows(singles + others, 1);
        for (int row = 0; row < rows.Length; row++)
            rows[row].Class = $"class {Math.Min(row, singles):00}";
        IDataView data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("Key", nameof(SequenceRow.Class)).Fit(data).Transform(data);
    }

    private RnnMulticlassTransformer Fit(IDataView data, Action<RnnOptions>? configure = null)
    {
        var options = new RnnMulticlassTrainer.Options { LabelColumnName = "Key", FeatureColumnName = nameof(SequenceRow.Matrix) };
        (options.MaxEpochs, options.HiddenSize, options.Seed) = (1, 4, 1);
        configure?.Invoke(options);
        return _ml.MulticlassClassification.Trainers.Rnn(options).Fit(data);
    }

    [TestCase(10, 0)]
    [TestCase(16, 0)]
    [TestCase(17, 3)]
    public void Where_nothing_can_be_held_out_the_defaults_hold_nothing_out(int singles, int others)
    {
        IReadOnlyList<TrainingHistory> histories = Fit(Load(singles, others)).Model.Histories;

        Assert.That(histories.Select(history => history.TrainingRows), Is.All.EqualTo((long)singles + others).And.Exactly(8).Items);
        Assert.That(histories.Select(history => history.ValidationRows), Is.All.Zero);
    }

    [Test]
    public void Networks_that_are_asked_for_are_trained_on_all_rows()
    {
        IReadOnlyList<TrainingHistory> histories = Fit(Load(16, 0), options => options.EnsembleSize = 2).Model.Histories;
        Assert.That(histories.Select(history => history.TrainingRows), Is.EqualTo([16L, 16L]));
    }

    [Test]
    public void A_share_that_cannot_be_held_out_is_named() =>
        Refused.Operation(
            () => Fit(Load(16, 0), options => options.ValidationFraction = 0.2),
            "Each of the 16 rows to train on is the only one of its class, too few to hold a share of 0.2 out for validation: "
                + "set ValidationFraction to 0, or give a ValidationSet."
        );

    [Test]
    public void A_temperature_that_nothing_can_be_held_out_for_is_refused() =>
        Refused.Argument(
            () => Fit(Load(17, 3), options => options.Calibrate = true),
            "Calibrate is true, but no rows are held out to fit a temperature on: the 20 rows, of which 3 are "
                + "not the only one of their "
                + "class, are too few. Give more rows, a ValidationSet, or leave Calibrate null."
        );

    /// <summary>Rows of a tagger, of which one alone has the tag "only".</summary>
    [Test]
    public void The_only_row_of_a_tag_is_never_held_out([Values] bool inTurn, [Values(3, 30)] int count)
    {
        SequenceRow[] rows = TinyData.Rows(count, 1);
        foreach (SequenceRow row in rows)
            row.Tags = [.. row.Tags.Select((_, step) => step % 2 == 0 ? "even" : "odd")];
        rows[1].Tags[0] = "only";
        IDataView data = TinyTags.Load(_ml, rows);
        var options = new RnnSequenceTaggerTrainer.Options { LabelColumnName = "TagKeys", FeatureColumnName = nameof(SequenceRow.Matrix) };
        (options.EnsembleSize, options.ValidationFraction) = (inTurn && count > 3 ? 4 : 1, inTurn ? null : 0.5);
        var trainer = (ISequenceTrainer)_ml.MulticlassClassification.Trainers.RnnSequenceTagger(options);
        using FitRows read = trainer.NewFit().Read(data, null);
        SequenceSettings settings = new SequenceDefaults(options, trainer.Task, DataProfile.Of(read, trainer.Task), null).Resolve();
        using IChannel log = ((IHostEnvironment)_ml).Start("test");
        for (int seed = 0; seed < 20; seed++)
            foreach (TrainingSplit split in TrainingSplit.Of(log, read, settings, trainer.Task, seed))
            {
                Assert.That(split.Training.Rows, Does.Contain(1), $"seed {seed}");
                if (split.Validation is not null)
                    Assert.That(split.Validation.Rows, Is.Not.Empty, $"seed {seed}");
            }
    }
}
