using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Metrics of several labels per row, beside their definitions.</summary>
[TestFixture]
public class MultiLabelEvaluatorTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(3)]
        public bool[] Label { get; set; } = [];

        [KeyType(3)]
        public uint[] Keys { get; set; } = [];

        [VectorType(3)]
        public bool[] PredictedLabel { get; set; } = [];

        [VectorType(3)]
        public float[] Score { get; set; } = [0, 0, 0];

        [VectorType(3)]
        public float[] Probability { get; set; } = [];

        [VectorType(2)]
        public bool[] Two { get; set; } = [false, true];
    }

    private static readonly Row[] _rows =
    [
        Of([true, false, false], [true, false, false], [0.9f, 0.1f, 0.2f]),
        Of([true, true, false], [true, false, false], [0.8f, 0.4f, 0.1f]),
        Of([false, false, false], [false, true, false], [0.1f, 0.6f, 0.1f]),
        Of([false, true, false], [true, true, false], [0.7f, 0.9f, 0.3f]),
    ];

    // Label 1: 2 of 3 predicted and 2 labelled are right; label 2: 1 of 2 and 2; label 3: never.
    [Test]
    public void Metrics_are_those_of_their_definitions([Values("Label", "Keys")] string label)
    {
        MultiLabelMetrics metrics = Evaluate(_rows, label);

        Assert.That(
            metrics.Labels.Select(one => (one.Correct, one.Predicted, one.Support)),
            Is.EqualTo(new[] { (2, 3, 2), (1, 2, 2), (0, 0, 0) })
        );
        Assert.That(metrics.Labels.Select(one => one.F1), Is.EqualTo(new[] { 0.8, 0.5, 0 }).Within(1e-12));
        Assert.That((metrics.MicroPrecision, metrics.MicroRecall), Is.EqualTo((0.6, 0.75)));
        Assert.That(metrics.MicroF1, Is.EqualTo(6 / 9.0).Within(1e-12));
        Assert.That(metrics.MacroF1, Is.EqualTo(1.3 / 3).Within(1e-12));
        Assert.That((metrics.MacroPrecision, metrics.MacroRecall), Is.EqualTo(((2 / 3.0 + 0.5) / 3, 0.5)));
        Assert.That(metrics.SubsetAccuracy, Is.EqualTo(0.25));
        Assert.That(metrics.HammingLoss, Is.EqualTo(3 / 12.0));
        Assert.That((metrics.Rows, metrics.UnscoredRows), Is.EqualTo((4, 0)));
        double logLoss = -new[] { .9, .9, .8, .8, .4, .9, .9, .4, .9, .3, .9, .7 }.Average(Math.Log);
        Assert.That(metrics.LogLoss, Is.EqualTo(logLoss).Within(1e-7));
        Assert.That(
            metrics.ToString().Split(Environment.NewLine),
            Is.EqualTo(
                new[]
                {
                    "4 rows: micro F1 0.6667, macro F1 0.4333, all labels right 0.25, Hamming loss 0.25, "
                        + FormattableString.Invariant($"log-loss {logLoss:0.####}"),
                    "            precision   recall       F1  labelled  predicted",
                    "all labels     0.6000   0.7500   0.6667         4          5",
                    "1              0.6667   1.0000   0.8000         2          3",
                    "2              0.5000   0.5000   0.5000         2          2",
                    "3              0.0000   0.0000   0.0000         0          0",
                }
            )
        );
        Assert.That(
            metrics.Labels[0].ToString(),
            Is.EqualTo("1: precision 0.6667, recall 1, F1 0.8 (2 right of 3 predicted and 2 labelled)")
        );
    }

    [Test]
    public void Rows_without_a_score_are_left_out_with_a_warning()
    {
        var log = new LogCapture(_ml);
        Row bad = Of([true, true, true], [false, false, false], [float.NaN, float.NaN, float.NaN]);
        bad.Score = [float.NaN, float.NaN, float.NaN];

        MultiLabelMetrics metrics = Evaluate([.. _rows, bad], "Label");

        Assert.That((metrics.Rows, metrics.UnscoredRows, metrics.MicroF1), Is.EqualTo((4, 1, Evaluate(_rows, "Label").MicroF1)));
        Assert.That(log.Warnings, Has.One.Contains("The predictor produced no finite prediction on 1 instances during testing"));
        Assert.That(metrics.ToString(), Does.StartWith("4 rows, 1 without a score: "));
        Refused.Operation(() => Evaluate([bad], "Label"), "None of the 1 rows has a finite score to evaluate.");
        Refused.Operation(() => Evaluate([], "Label"), "There is no row to evaluate 'Label' and 'PredictedLabel' on.");
    }

    [Test]
    public void Without_scores_and_probabilities_the_decisions_count()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        data = _ml.Transforms.DropColumns("Score", "Probability").Fit(data).Transform(data);
        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabel(data);
        Assert.That(metrics.MicroF1, Is.EqualTo(6 / 9.0).Within(1e-12));
        Assert.That(metrics.LogLoss, Is.NaN);
        Assert.That(metrics.ToString(), Does.Not.Contain("log-loss"));
    }

    [TestCase("None", "PredictedLabel", "Could not find label column 'None'")]
    [TestCase("Score", "PredictedLabel", "Schema mismatch for label column 'Score': expected a known-size vector of Boolean")]
    [TestCase("Label", "None", "Could not find predicted label column 'None'")]
    [TestCase("Label", "Two", "expected a vector of Boolean of size 3, the number of labels, got Vector<Boolean, 2>")]
    [TestCase("Label", "Score", "expected a vector of Boolean of size 3, the number of labels, got Vector<Single, 3>")]
    public void A_column_that_does_not_fit_is_refused(string label, string predicted, string sentence) =>
        Refused.Argument(
            () => _ml.MulticlassClassification.EvaluateMultiLabel(_ml.Data.LoadFromEnumerable(_rows), label, predicted),
            sentence
        );

    [Test]
    public void Labels_are_compared_by_their_names()
    {
        IDataView data = TinyData.Load(_ml);
        data = _ml.Transforms.CopyColumns("Other", "Positive").Fit(data).Transform(data);
        data = _ml.Transforms.CustomMapping<SequenceRow, Up>((row, up) => up.IsUp = row.Flags[2], null).Fit(data).Transform(data);
        data = _ml
            .Transforms.Concatenate("Label", "Positive", "IsUp")
            .Append(_ml.Transforms.Concatenate("PredictedLabel", "IsUp", "Positive"))
            .Append(_ml.Transforms.Concatenate("Others", "IsUp", "Other"))
            .Fit(data)
            .Transform(data);

        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabel(data);

        Assert.That(metrics.SubsetAccuracy, Is.EqualTo(1));
        Assert.That(metrics.Labels.Select(label => label.Name), Is.EqualTo(new[] { "IsUp", "Positive" }));
        Assert.That(metrics.Labels[1].Support, Is.EqualTo(16));
        Refused.Operation(
            () => _ml.MulticlassClassification.EvaluateMultiLabel(data, predictedLabelColumnName: "Others"),
            "The labels of column 'Label' are 'Positive', 'IsUp', but those of 'Others' are 'IsUp', 'Other': make the label column with "
                + "the pipeline that was fitted for training."
        );
    }

    private sealed class Up
    {
        public bool IsUp { get; set; }
    }

    private MultiLabelMetrics Evaluate(Row[] rows, string label) =>
        _ml.MulticlassClassification.EvaluateMultiLabel(_ml.Data.LoadFromEnumerable(rows), label);

    private static Row Of(bool[] label, bool[] predicted, float[] probability) =>
        new()
        {
            Label = label,
            Keys = [.. Enumerable.Range(1, 3).Reverse().Where(key => label[key - 1]).Select(key => (uint)key)],
            PredictedLabel = predicted,
            Probability = probability,
        };
}
