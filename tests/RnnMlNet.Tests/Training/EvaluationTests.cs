using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Training;

[TestFixture]
public class EvaluationTests
{
    private static readonly double Ln2 = Math.Log(2);

    private static TrainingPlan Plan(LossKind loss, FeatureScaling? labels = null) =>
        new()
        {
            Loss = loss,
            MaxEpochs = 1,
            BatchSize = 2,
            LearningRate = 1,
            LabelScaling = labels,
        };

    /// <summary>Rows of one step, whose value is the row's output.</summary>
    private static SequenceStore Rows(int labelWidth, params (float Output, float[] Label, float Weight)[] rows)
    {
        var store = new SequenceStore(features: 1, labelWidth);
        foreach (var (output, label, weight) in rows)
            store.Add(SequenceView.OfSteps([output], 1), label, weight);
        return store;
    }

    private static (double Loss, double Metric) Run(SequenceStore store, TrainingPlan plan, int outputs, Func<float, int, float> output)
    {
        using var engine = new ScriptedEngine { Output = (batch, b, o, _) => output(batch.Steps[b], o) };
        return new Evaluation(engine, plan, SequenceSet.All(store), () => { }).Run(outputs);
    }

    [Test]
    public void Cross_entropy_and_accuracy_are_weighted_means_over_all_rows()
    {
        // Two rows with even logits (loss ln 2, argmax class 0), one that is sure of class 1 and right.
        SequenceStore store = Rows(1, (0, [0], 1), (0, [1], 2), (1000, [1], 5));

        var (loss, metric) = Run(store, Plan(LossKind.CrossEntropy), outputs: 2, (value, o) => o == 1 ? value : 0);

        Assert.That(loss, Is.EqualTo(3 * Ln2 / 8).Within(1e-12));
        Assert.That(metric, Is.EqualTo(6 / 8.0).Within(1e-12));
        Assert.That(TrainingPlan.MetricNameOf(LossKind.CrossEntropy), Is.EqualTo("Accuracy"));
    }

    [Test]
    public void Logistic_is_right_when_the_logit_is_on_the_labels_side()
    {
        SequenceStore store = Rows(1, (1000, [1], 1), (-1000, [0], 1), (-1000, [1], 1), (0, [0], 1));

        var (loss, metric) = Run(store, Plan(LossKind.Logistic), outputs: 1, (value, _) => value);

        Assert.That(loss, Is.EqualTo((1000 + Ln2) / 4).Within(1e-9));
        Assert.That(metric, Is.EqualTo(0.75));
        Assert.That(TrainingPlan.MetricNameOf(LossKind.Logistic), Is.EqualTo("Accuracy"));
    }

    [Test]
    public void Rmse_is_in_label_units_though_the_loss_is_not()
    {
        // Labels 10 and 30 standardise to -1 and 1; outputs are 0: errors of 1 in standardised units, of 10 in the label's.
        SequenceStore store = Rows(1, (0, [10], 1), (0, [30], 1));

        var (loss, metric) = Run(store, Plan(LossKind.Squared, new FeatureScaling([20], [10])), outputs: 1, (value, _) => value);

        Assert.That((loss, metric), Is.EqualTo((1.0, 10.0)));
        Assert.That(TrainingPlan.MetricNameOf(LossKind.Squared), Is.EqualTo("RMSE"));
    }

    [Test]
    public void Rmse_of_several_targets_is_over_all_of_them_whatever_the_loss()
    {
        SequenceStore store = Rows(2, (0, [3, 4], 1));

        Assert.That(Run(store, Plan(LossKind.Absolute), outputs: 2, (value, _) => value), Is.EqualTo((3.5, Math.Sqrt(12.5))));
    }

    [Test]
    public void Every_batch_may_end_it()
    {
        SequenceStore store = Stores.OfLabels(0, 1, 0, 1, 0);
        int checks = 0;
        using var engine = new ScriptedEngine();

        new Evaluation(engine, Plan(LossKind.Logistic), SequenceSet.All(store), () => checks++).Run(1);

        Assert.That(checks, Is.EqualTo(3));
    }
}
