using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What a tagger with several labels at every step refuses or warns of.</summary>
[TestFixture]
public class MultiLabelTaggerChecksTests
{
    private static readonly string[] _names = ["up", "odd", "high"];

    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        public float[] Values { get; set; } = [];

        public float[] Labels { get; set; } = [];

        [KeyType(2)]
        public uint[] Keys { get; set; } = [];
    }

    [Test]
    public void Names_beside_those_of_the_column_are_refused()
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Labels)]
            .AddAnnotation(
                "SlotNames",
                new VBuffer<ReadOnlyMemory<char>>(2, ["fridge".AsMemory(), "kettle".AsMemory()]),
                new VectorDataViewType(TextDataViewType.Instance, 2)
            );
        IDataView data = _ml.Data.LoadFromEnumerable([new Row { Values = [1, 2], Labels = [0, 1, 1, 0] }], schema);
        Refused.Argument(
            () => Train(["kettle", "fridge"]),
            "LabelNames is kettle, fridge, but column 'Labels' names its labels fridge, kettle: leave LabelNames null."
        );

        void Train(string[] names) =>
            _ml
                .MulticlassClassification.Trainers.RnnMultiLabelTagger(
                    new RnnMultiLabelTaggerTrainer.Options
                    {
                        FeatureColumnName = nameof(Row.Values),
                        FeaturesPerStep = 1,
                        LabelColumnName = nameof(Row.Labels),
                        LabelNames = names,
                    }
                )
                .Fit(data);
    }

    [Test]
    public void Labels_that_no_step_or_every_step_has_are_warned_of()
    {
        var log = new LogCapture(_ml);
        SequenceRow[] rows = TinyData.Rows();
        foreach (SequenceRow row in rows)
            row.RaggedStepFlags =
            [
                .. row.RaggedStepFlags.Select(
                    (flag, i) =>
                        (i % 3) switch
                        {
                            0 => flag,
                            1 => false,
                            _ => true,
                        }
                ),
            ];
        Trainer(options => options.LabelNames = _names).Fit(TinyData.Load(_ml, rows)).Dispose();

        Assert.That(log.Warnings, Has.One.Contains("has no training time step, 'odd'; the model will hardly ever predict it."));
        Assert.That(log.Warnings, Has.One.Contains("Every training time step has the label 'high' of the label column"));
        foreach (SequenceRow row in rows)
            row.RaggedStepFlags = [.. row.RaggedStepFlags.Select(_ => true)];
        Refused.Operation(
            () => Trainer().Fit(TinyData.Load(_ml, rows)),
            "All training time steps have the same labels in the label column 'RaggedStepFlags': there must be a label that some time "
                + "steps have and others do not."
        );
    }

    [Test]
    public void Wrong_labels_are_refused()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            new Row[]
            {
                new()
                {
                    Values = [1, 2],
                    Labels = [1, 0, 0, 1],
                    Keys = [1, 2],
                },
                new()
                {
                    Values = [1, 2, 3],
                    Labels = [1, 0, 0, 1],
                    Keys = [1, 2, 1],
                },
                new()
                {
                    Values = [1],
                    Labels = [1, 2],
                    Keys = [2],
                },
            }
        );
        void Fit(IDataView rows, Action<RnnMultiLabelTaggerTrainer.Options>? configure = null) =>
            Trainer(options =>
                {
                    (options.FeatureColumnName, options.LabelColumnName) = ("Values", "Labels");
                    (options.FeaturesPerStep, options.LabelsPerStep) = (1, 2);
                    configure?.Invoke(options);
                })
                .Fit(rows);

        Refused.Operation(
            () => Fit(data),
            "Row 1 has 4 values in column 'Labels', but its sequence has 3 steps: with 2 labels at each step there must be 6 values, step "
                + "after step."
        );
        Refused.Operation(
            () => Fit(_ml.Data.SkipRows(data, 2)),
            "Row 0 of column 'Labels' has the value 2 at step 0, label 1 (both counted from 0): a label is 1 where the step has it and 0 "
                + "where it has not"
        );
        Refused.Argument(
            () => Fit(data, options => options.LabelColumnName = "Keys"),
            "expected a vector of Boolean, or of Single 0 and 1, with a value for each label of each step, step after step (for keys, one "
                + "class at each step, use the trainer RnnSequenceTagger), got"
        );
        Refused.Argument(() => Fit(data, options => options.LabelsPerStep = null), "LabelsPerStep is not set, and column 'Labels'");
        Refused.Argument(() => Fit(data, options => options.LabelsPerStep = 0), "LabelsPerStep is 0; it must be at least 1.");
        Refused.Operation(() => Fit(data, options => options.LabelsPerStep = 1 << 30), "The network is impossible. outputs: 1,073,741,824");
    }

    [Test]
    public void Wrong_options_are_refused()
    {
        void Make(Action<RnnMultiLabelTaggerTrainer.Options> configure)
        {
            var options = new RnnMultiLabelTaggerTrainer.Options();
            configure(options);
            _ml.MulticlassClassification.Trainers.RnnMultiLabelTagger(options);
        }
        Refused.Argument(() => Make(o => o.LabelNames = []), "LabelNames is empty: name each label, or leave it null.");
        Refused.Argument(() => Make(o => o.LabelNames = ["a", " "]), "A name in LabelNames is null or blank: name each label");
        Refused.Argument(() => Make(o => o.LabelNames = ["a", "a"]), "LabelNames has a name twice: a, a.");
        Refused.Argument(
            () => Make(o => (o.LabelNames, o.LabelsPerStep) = (["a", "b"], 3)),
            "LabelNames has 2 names, but LabelsPerStep is 3: give a name for each, or leave one of them null."
        );
        Refused.Argument(
            () => Make(o => ((RnnOptions)o).Pooling = Pooling.Max),
            "Pooling is Max, but a sequence tagger has a prediction for each step, so that nothing is pooled: leave it null."
        );
        Refused.Argument(
            () => Make(o => o.PatchLength = 2),
            "PatchLength is 2, but a sequence tagger has a prediction for each step, so that steps are not joined: leave it null."
        );
        Refused.Argument(() => Make(o => o.Threshold = 1), "Threshold is 1; it must be in (0, 1).");
    }

    private RnnMultiLabelTaggerTrainer Trainer(Action<RnnMultiLabelTaggerTrainer.Options>? configure = null) =>
        Tiny.MultiLabelTags(_ml, ColumnKind.Ragged, options => configure?.Invoke((RnnMultiLabelTaggerTrainer.Options)options));
}
