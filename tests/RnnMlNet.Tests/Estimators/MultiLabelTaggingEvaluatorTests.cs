using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Metrics of several labels at every step, beside their definitions and a second implementation.</summary>
[TestFixture]
public class MultiLabelTaggingEvaluatorTests
{
    private static readonly VectorDataViewType Flags = new(BooleanDataViewType.Instance, 0, 2);
    private static readonly VectorDataViewType Numbers = new(NumberDataViewType.Single, 0, 2);

    private readonly MLContext _ml = new(seed: 1);

    // Label 1: 1 of 2 predicted and 2 labelled is right; label 2: 2 of 2 and 2. The last step of row 0 has no labels, row 1 none at all.
    [Test]
    public void Metrics_are_those_of_their_definitions()
    {
        var log = new LogCapture(_ml);
        MemoryView data = new MemoryView()
            .Vector<float>("Label", Numbers, [1, 0, 0, 1, 1, float.NaN], [float.NaN, 0], [1, 1], [], [1, 1])
            .Vector<bool>("PredictedLabel", Flags, [true, false, true, true, true, true], [true, true], [false, true], [], [true, true])
            .Vector<float>("Score", Numbers, [1, -1, 1, 1, 1, 1], [1, 1], [-1, 1], [], [float.NaN, 1])
            .Vector<float>("Probability", Numbers, [0.9f, 0.2f, 0.6f, 0.8f, 0.5f, 0.5f], [1, 1], [0.4f, 0.7f], [], [0.5f, 0.5f]);

        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabelTagging(data);

        Assert.That(metrics.Labels.Select(one => (one.Correct, one.Predicted, one.Support)), Is.EqualTo(new[] { (1, 2, 2), (2, 2, 2) }));
        Assert.That((metrics.Rows, metrics.SkippedSteps, metrics.UnscoredRows), Is.EqualTo((3, 2, 1)));
        Assert.That((metrics.MicroF1, metrics.MacroF1), Is.EqualTo((0.75, 0.75)));
        Assert.That(metrics.SubsetAccuracy, Is.EqualTo(1 / 3.0));
        Assert.That(metrics.HammingLoss, Is.EqualTo(2 / 6.0));
        double logLoss = -new[] { .9, .8, .4, .8, .4, .7 }.Average(Math.Log);
        Assert.That(metrics.LogLoss, Is.EqualTo(logLoss).Within(1e-7));
        Assert.That(
            metrics.ToString(),
            Does.StartWith("3 steps, 2 without labels, 1 without a score: micro F1 0.75, macro F1 0.75, all labels right 0.3333, ")
        );
        Assert.That(log.Warnings, Has.One.Contains("The predictor produced no finite prediction on 1 steps during testing"));
    }

    [Test]
    public void Metrics_are_those_of_a_second_implementation([Range(1, 5)] int seed, [Values] bool isFlat)
    {
        var random = new Random(seed);
        int labels = 1 + random.Next(4);
        float[] Draw(int steps, Func<float> value) => [.. Enumerable.Range(0, steps * labels).Select(_ => value())];
        int[] steps = [.. Enumerable.Range(0, 20).Select(_ => random.Next(6))];
        float[][] right = [.. steps.Select(count => Draw(count, () => random.Next(12) == 0 ? float.NaN : random.Next(2)))],
            scores = [.. steps.Select(count => Draw(count, () => random.Next(15) == 0 ? float.NaN : random.NextSingle() - 0.5f))];
        MemoryView data = new MemoryView()
            .Vector("Label", new VectorDataViewType(NumberDataViewType.Single, (int[])(isFlat ? [0] : [0, labels])), right)
            .Vector<bool>(
                "PredictedLabel",
                new VectorDataViewType(BooleanDataViewType.Instance, 0, labels),
                [.. scores.Select(row => row.Select(score => score > 0).ToArray())]
            )
            .Vector("Score", new VectorDataViewType(NumberDataViewType.Single), scores);

        MultiLabelMetrics metrics = _ml.MulticlassClassification.EvaluateMultiLabelTagging(data);

        (float[] Right, float[] Scores)[] all =
        [
            .. right.SelectMany(row => row.Chunk(labels)).Zip(scores.SelectMany(row => row.Chunk(labels))),
        ];
        var labelled = all.Where(step => !step.Right.Any(float.IsNaN)).ToList();
        var kept = labelled.Where(step => !step.Scores.Any(float.IsNaN)).ToList();
        double[] f1 =
        [
            .. Enumerable
                .Range(0, labels)
                .Select(label =>
                {
                    int both = kept.Count(step => step.Right[label] == 1 && step.Scores[label] > 0),
                        either = kept.Count(step => step.Right[label] == 1) + kept.Count(step => step.Scores[label] > 0);
                    return either == 0 ? 0 : 2.0 * both / either;
                }),
        ];
        Assert.That(
            (metrics.Rows, metrics.SkippedSteps, metrics.UnscoredRows),
            Is.EqualTo(((long)kept.Count, (long)(all.Length - labelled.Count), (long)(labelled.Count - kept.Count)))
        );
        Assert.That(metrics.Labels.Select(label => label.F1), Is.EqualTo(f1).Within(1e-12));
        Assert.That(metrics.MacroF1, Is.EqualTo(f1.Average()).Within(1e-12));
        bool[][] hits = [.. kept.Select(step => step.Right.Zip(step.Scores, (set, score) => set == 1 == score > 0).ToArray())];
        Assert.That(metrics.SubsetAccuracy, Is.EqualTo(hits.Average(step => step.All(hit => hit) ? 1.0 : 0)).Within(1e-12));
        Assert.That(metrics.HammingLoss, Is.EqualTo(hits.SelectMany(step => step).Average(hit => hit ? 0.0 : 1)).Within(1e-12));
        Assert.That(metrics.LogLoss, Is.NaN);
    }

    [Test]
    public void Data_that_does_not_fit_is_refused()
    {
        MemoryView Data(VectorDataViewType predicted, params bool[][] predictions) =>
            new MemoryView()
                .Vector<float>("Label", Numbers, [1, 0, 0, 1])
                .Vector("PredictedLabel", predicted, predictions)
                .Vector<float>("Score", Numbers, [1, 0])
                .Vector<float>("None", Numbers, [float.NaN, 1, 0, float.NaN])
                .Vector<float>("Flat", MemoryView.VariableSingles, [1, 0, 1, 0]);
        MultiLabelMetrics Evaluate(MemoryView data, string label = "Label", string predicted = "PredictedLabel", string? score = "Flat") =>
            _ml.MulticlassClassification.EvaluateMultiLabelTagging(data, label, predicted, score);
        MemoryView good = Data(Flags, [true, false, true, true]);

        Assert.That(Evaluate(good).Rows, Is.EqualTo(2));
        Refused.Operation(
            () => Evaluate(Data(Flags, [true, false])),
            "Row 0 has 4 values in the label column 'Label', but 2 in 'PredictedLabel': both must have a value for each of 2 labels of "
                + "each step."
        );
        Refused.Operation(() => Evaluate(good, score: null), "Row 0 has 4 values in the label column 'Label', but 2 in 'Score'");
        Refused.Operation(() => Evaluate(good, "None"), "There is no step with labels in column 'None' to evaluate.");
        Refused.Argument(
            () => Evaluate(Data(new VectorDataViewType(BooleanDataViewType.Instance, 0, 3), [true, true, true])),
            "expected a vector of Boolean with 2 values at each step, the number of labels, got Vector<Boolean, *, 3>"
        );
        Refused.Argument(
            () => Evaluate(Data(new VectorDataViewType(BooleanDataViewType.Instance), [true]), "Flat"),
            "expected a vector of type [*, labels], which states the number of labels of a step, got Vector<Boolean>"
        );
        Refused.Argument(
            () => Evaluate(good, predicted: "Score"),
            "expected a vector of Boolean, with a value for each label of each step, got Vector<Single, *, 2>"
        );
        Refused.Argument(() => Evaluate(good, "X"), "Could not find label column 'X'");
        Refused.Argument(() => Evaluate(good, predicted: "X"), "Could not find predicted label column 'X'");
    }

    [Test]
    public void Rows_without_a_score_only_are_refused()
    {
        MemoryView data = new MemoryView()
            .Vector<bool>("Label", Flags, [true, false])
            .Vector<bool>("PredictedLabel", Flags, [false, false])
            .Vector<float>("Score", Numbers, [float.NaN, 1]);
        Refused.Operation(
            () => _ml.MulticlassClassification.EvaluateMultiLabelTagging(data),
            "None of the 1 steps with labels in column 'Label' has a finite score to evaluate."
        );
    }
}
