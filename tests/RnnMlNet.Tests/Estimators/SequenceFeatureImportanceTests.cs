using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Permutation feature importance by channels and by steps finds the channel, and the steps, that decide.</summary>
[TestFixture]
public class SequenceFeatureImportanceTests
{
    private readonly MLContext _ml = new(seed: 1);

    // In TinyData channel 0 decides at every step, channel 1 is noise (and the second target at step 0, and the tags).
    [Test]
    public void The_channel_that_decides_is_found(
        [Values(
            ColumnKind.Matrix,
            ColumnKind.Flat,
            ColumnKind.FeatureMajor,
            ColumnKind.Ragged,
            ColumnKind.Channels,
            ColumnKind.RaggedChannels
        )]
            ColumnKind kind
    )
    {
        IDataView data = TinyData.Load(_ml, 90);
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml, kind, Tiny.LearnWell).Fit(data);

        var importance = _ml.MulticlassClassification.SequenceFeatureImportance(
            model,
            data,
            labelColumnName: TinyData.ClassLabel,
            permutationCount: 3
        );

        IReadOnlyList<MetricChange> changes = importance.Changes(metrics => metrics.MacroAccuracy);
        Assert.That(
            importance.Baseline.MacroAccuracy,
            Is.EqualTo(_ml.MulticlassClassification.Evaluate(model.Transform(data), TinyData.ClassLabel).MacroAccuracy)
        );
        Assert.That(
            changes.Select(change => change.Part),
            Is.EqualTo(kind.Columns().Length > 1 ? kind.Columns() : ["channel 0", "channel 1"])
        );
        Assert.That(changes[0].Mean, Is.LessThan(-0.4));
        Assert.That(changes[1].Mean, Is.GreaterThan(-0.2));
        Assert.That(changes[0].StandardError, Is.InRange(1e-9, 0.2));
        Assert.That(importance.Parts[0].Permuted, Has.Count.EqualTo(3));
        Assert.That(
            importance.ToString(),
            Does.Match(
                @"^MicroAccuracy \d\.\d{4}, and its change where a part is swapped between rows:\r?\n  -0\.\d{4} ± 0\.\d{4}  (channel "
                    + @"0|ChannelA|RaggedA)\r?\n"
            )
        );
    }

    [Test]
    public void The_steps_that_decide_are_found()
    {
        // The label is the sum of steps 3 and 4 of channel 1.
        var random = new Random(3);
        SequenceRow[] rows =
        [
            .. TinyData
                .Rows(200)
                .Select(row =>
                {
                    float[] flat = [.. Enumerable.Range(0, 10).Select(_ => random.NextSingle() - 0.5f)];
                    (row.Matrix, row.Number) = (flat, 10 * (flat[7] + flat[9]));
                    return row;
                }),
        ];
        IDataView data = TinyData.Load(_ml, rows);
        using RnnRegressionTransformer model = Tiny.Regression(_ml, configure: Tiny.LearnWell).Fit(data);

        var importance = _ml.Regression.SequenceFeatureImportance(model, data, SequenceParts.Steps, nameof(SequenceRow.Number));

        IReadOnlyList<MetricChange> changes = importance.Changes(metrics => metrics.RSquared);
        Assert.That(changes.Select(change => change.Part), Is.EqualTo(new[] { "step 0", "step 1", "step 2", "step 3", "step 4" }));
        Assert.That(changes.Skip(3).Select(change => change.Mean), Is.All.LessThan(-0.5));
        Assert.That(changes.Take(3).Select(change => change.Mean), Is.All.GreaterThan(-0.2));
        Assert.That(changes.Select(change => change.StandardError), Is.All.NaN);
        Assert.That(importance.ToString().Split('\n')[1], Does.StartWith("  +").And.EndsWith("step 3").Or.EndsWith("step 4"));

        var pairs = _ml.Regression.SequenceFeatureImportance(model, data, SequenceParts.Steps, nameof(SequenceRow.Number), stepsPerPart: 3);
        Assert.That(pairs.Parts.Select(part => part.Name), Is.EqualTo(new[] { "steps 0 to 2", "steps 3 to 4" }));
        Assert.That(pairs.Changes(metrics => metrics.RSquared)[1].Mean, Is.LessThan(changes[3].Mean));
    }

    [Test]
    public void Every_task_and_tokens()
    {
        IDataView data = TinyData.Load(_ml);
        using RnnBinaryTransformer binary = Tiny.Binary(_ml, ColumnKind.RaggedTokens, Tiny.LearnWell).Fit(data);
        var ofTokens = _ml.BinaryClassification.SequenceFeatureImportance(binary, data, labelColumnName: "Positive");
        Assert.That(ofTokens.Parts.Select(part => part.Name), Is.EqualTo(new[] { "RaggedTokens" }));
        Assert.That(ofTokens.Changes(metrics => metrics.AreaUnderRocCurve)[0].Mean, Is.LessThan(-0.2));
        Assert.That(
            _ml.BinaryClassification.SequenceFeatureImportance(binary, data, SequenceParts.Steps, "Positive").Parts,
            Has.Count.EqualTo(SequenceRow.Steps)
        );

        using var several = (RnnRegressionTransformer)
            Tiny.Trainer(_ml, TinyTask.MultiTarget, ColumnKind.Channels, Tiny.LearnWell).Fit(data);
        var ofTargets = _ml.Regression.SequenceFeatureImportanceMultiTarget(several, data, labelColumnName: "Targets");
        Assert.That(ofTargets.Changes(metrics => metrics.Targets[0].RootMeanSquaredError)[0].Mean, Is.GreaterThan(3));
        Assert.That(ofTargets.Changes(metrics => metrics.Targets[0].RootMeanSquaredError)[1].Mean, Is.LessThan(2));

        IDataView tagged = TinyTags.Load(_ml, 90);
        using RnnSequenceTaggerTransformer tagger = TinyTags.Trainer(_ml, ColumnKind.RaggedChannels, Tiny.LearnWell).Fit(tagged);
        var ofTags = _ml.MulticlassClassification.SequenceFeatureImportance(
            tagger,
            tagged,
            labelColumnName: TinyTags.Label(ColumnKind.RaggedChannels)
        );
        Assert.That(ofTags.Changes(metrics => metrics.Accuracy)[0].Mean, Is.GreaterThan(-0.2));
        Assert.That(ofTags.Changes(metrics => metrics.Accuracy)[1].Mean, Is.LessThan(-0.3));
    }

    [Test]
    public void The_first_rows_alone_are_used_where_so_many_are_asked_for()
    {
        IDataView data = TinyData.Load(_ml, 60);
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml).Fit(data);

        var importance = _ml.MulticlassClassification.SequenceFeatureImportance(
            model,
            data,
            labelColumnName: TinyData.ClassLabel,
            numberOfExamplesToUse: 17,
            seed: 4
        );
        var again = _ml.MulticlassClassification.SequenceFeatureImportance(
            model,
            data,
            labelColumnName: TinyData.ClassLabel,
            numberOfExamplesToUse: 17,
            seed: 4
        );

        Assert.That(importance.Baseline.ConfusionMatrix.Counts.Sum(row => row.Sum()), Is.EqualTo(17));
        Assert.That(
            importance.Changes(m => m.LogLoss),
            Is.EqualTo(again.Changes(m => m.LogLoss)).Using<MetricChange>((a, b) => a.Mean == b.Mean)
        );
    }

    [Test]
    public void Wrong_arguments_are_refused()
    {
        IDataView data = TinyData.Load(_ml);
        using RnnMulticlassTransformer model = Tiny.Multiclass(_ml).Fit(data);
        Refused.Argument(
            () => _ml.MulticlassClassification.SequenceFeatureImportance(model, data, stepsPerPart: 0),
            "stepsPerPart is 0; it must be at least 1."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.SequenceFeatureImportance(model, data, permutationCount: 0),
            "permutationCount is 0; it must be at least 1."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.SequenceFeatureImportance(model, data, numberOfExamplesToUse: 1),
            "numberOfExamplesToUse is 1; it must be at least 2."
        );
        Refused.Argument(
            () => _ml.MulticlassClassification.SequenceFeatureImportance(model, data, (SequenceParts)7),
            "parts is 7; it must be Channels or Steps."
        );
        Refused.Operation(
            () => _ml.MulticlassClassification.SequenceFeatureImportance(model, TinyData.Load(_ml, 1)),
            "There is 1 row, but values can only be swapped between two rows or more."
        );
        Assert.That(
            () => _ml.MulticlassClassification.SequenceFeatureImportance((RnnMulticlassTransformer)null!, data),
            Throws.ArgumentNullException
        );
        Assert.That(() => _ml.MulticlassClassification.SequenceFeatureImportance(model, null!), Throws.ArgumentNullException);
    }
}
