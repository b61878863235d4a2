using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The training and the validation rows of a Fit have no group in common: of each ensemble member, and of windows of a long
/// table.</summary>
[TestFixture]
public class GroupedSplitsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void No_group_is_on_both_sides_of_any_members_split([Values(1, 2, 3)] int seed, [Values(0.0, 0.2)] double fraction)
    {
        SequenceRow[] rows = TinyData.Rows(80, seed);
        for (int row = 0; row < rows.Length; row++)
            rows[row].Name = $"unit {row / 3 % 20}";
        var options = new RnnMulticlassTrainer.Options
        {
            LabelColumnName = TinyData.ClassLabel,
            FeatureColumnName = nameof(SequenceRow.Matrix),
        };
        (options.GroupColumnNames, options.EnsembleSize) = ([nameof(SequenceRow.Name)], 4);
        options.ValidationFraction = fraction > 0 ? fraction : null;

        IReadOnlyList<TrainingSplit> splits = Splits(
            _ml.MulticlassClassification.Trainers.Rnn(options),
            options,
            TinyData.Load(_ml, rows),
            seed
        );

        Assert.That(splits, Has.Count.EqualTo(4));
        foreach (TrainingSplit split in splits)
            IsDivided(split);
        if (fraction == 0)
            Assert.That(splits.SelectMany(split => split.Validation!.Rows).Order(), Is.EqualTo(Enumerable.Range(0, 80)));
    }

    // Windows of three steps, which overlap by two, of 30 units of 8 to 19 steps.
    [Test]
    public void Windows_of_one_key_are_never_on_both_sides([Values(1, 2, 3)] int seed)
    {
        LongRow[] table =
        [
            .. from unit in Enumerable.Range(0, 30)
            from time in Enumerable.Range(0, 8 + unit * 7 % 12)
            select new LongRow
            {
                Unit = $"unit {unit}",
                Time = time,
                Value = unit + time / 100f,
                Label = unit % 2 == 0,
            },
        ];
        new Random(seed).Shuffle(table);
        IDataView windows = _ml
            .Transforms.GroupIntoSequences(
                "Features",
                keyColumnNames: ["Unit"],
                orderColumnName: "Time",
                stepColumnNames: ["Value"],
                label: SequenceLabel.Last("Label"),
                windows: SequenceWindows.Sliding(3)
            )
            .Fit(_ml.Data.LoadFromEnumerable(table))
            .Transform(_ml.Data.LoadFromEnumerable(table));
        var options = new RnnBinaryTrainer.Options
        {
            FeaturesPerStep = 1,
            EnsembleSize = 1,
            ValidationFraction = 0.2,
            GroupColumnNames = ["Unit"],
        };

        TrainingSplit split = Splits(_ml.BinaryClassification.Trainers.Rnn(options), options, windows, seed).Single();

        IsDivided(split);
        SequenceStore store = split.Training.Store;
        string[] units = [.. windows.GetColumn<string>("Unit")];
        Assert.That(split.Training.Rows.Select(row => units[row]).Intersect(split.Validation!.Rows.Select(row => units[row])), Is.Empty);
        Assert.That(split.Validation.Rows.Length, Is.EqualTo(0.2 * store.Count).Within(17));
        options.GroupColumnNames = null;
        TrainingSplit ungrouped = Splits(_ml.BinaryClassification.Trainers.Rnn(options), options, windows, seed).Single();
        Assert.That(
            ungrouped.Training.Rows.Select(row => units[row]).Intersect(ungrouped.Validation!.Rows.Select(row => units[row])),
            Is.Not.Empty,
            "Without groups, windows of one unit are on both sides."
        );
    }

    private static IReadOnlyList<TrainingSplit> Splits(object estimator, RnnOptions options, IDataView data, int seed)
    {
        var trainer = (ISequenceTrainer)estimator;
        // The stores of these few rows are in memory alone.
        FitRows rows = trainer.NewFit().Read(data, null);
        SequenceSettings settings = new SequenceDefaults(options, trainer.Task, DataProfile.Of(rows, trainer.Task), null).Resolve();
        using IChannel log = new TestHost().Host.Start("test");
        return TrainingSplit.Of(log, rows, settings, trainer.Task, seed);
    }

    private static void IsDivided(TrainingSplit split)
    {
        SequenceStore store = split.Training.Store;
        Assert.That(split.Validation!.Rows, Is.Not.Empty);
        Assert.That(split.Training.Rows.Concat(split.Validation.Rows).Order(), Is.EqualTo(Enumerable.Range(0, store.Count)));
        Assert.That(split.Training.Rows.Select(store.Group).Intersect(split.Validation.Rows.Select(store.Group)), Is.Empty);
    }

    private sealed class LongRow
    {
        public string Unit { get; set; } = "";
        public float Time { get; set; }
        public float Value { get; set; }
        public bool Label { get; set; }
    }
}
