using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>ML.NET's evaluators find the score columns and give what the scores give by hand.</summary>
[TestFixture]
public class EvaluateTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Multiclass_accuracy_log_loss_and_class_names()
    {
        IDataView scored = Score(Tiny.Multiclass(_ml, configure: Tiny.LearnWell));
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(scored, TinyData.ClassLabel);

        uint[] labels = [.. scored.GetColumn<uint>(TinyData.ClassLabel)],
            predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
        float[][] scores = Scores.Of(scored);
        Assert.That(metrics.MicroAccuracy, Is.EqualTo(labels.Zip(predicted, (a, b) => a == b ? 1.0 : 0).Average()).Within(1e-9));
        Assert.That(metrics.LogLoss, Is.EqualTo(labels.Zip(scores, (label, score) => -Math.Log(score[label - 1])).Average()).Within(1e-5));
        Assert.That(metrics.MicroAccuracy, Is.GreaterThan(0.9));
        Assert.That(metrics.ConfusionMatrix.GetFormattedConfusionTable(), Does.Contain("middle"));
    }

    [Test]
    public void Binary_calibrated_and_not()
    {
        IDataView scored = Score(Tiny.Binary(_ml, configure: Tiny.LearnWell));
        string label = TinyTask.Binary.Label();
        CalibratedBinaryClassificationMetrics metrics = _ml.BinaryClassification.Evaluate(scored, label);

        bool[] labels = [.. scored.GetColumn<bool>(label)],
            predicted = [.. scored.GetColumn<bool>("PredictedLabel")];
        float[] probabilities = [.. scored.GetColumn<float>("Probability")];
        Assert.That(metrics.Accuracy, Is.EqualTo(labels.Zip(predicted, (a, b) => a == b ? 1.0 : 0).Average()).Within(1e-9));
        Assert.That(metrics.LogLoss, Is.EqualTo(labels.Zip(probabilities, (y, p) => -Math.Log2(y ? p : 1 - p)).Average()).Within(1e-4));
        Assert.That(metrics.AreaUnderRocCurve, Is.GreaterThan(0.95));
        Assert.That(_ml.BinaryClassification.EvaluateNonCalibrated(scored, label).Accuracy, Is.EqualTo(metrics.Accuracy));
    }

    [Test]
    public void Regression_error_and_R2()
    {
        IDataView scored = Score(Tiny.Regression(_ml, configure: Tiny.LearnWell));
        string label = TinyTask.Regression.Label();
        RegressionMetrics metrics = _ml.Regression.Evaluate(scored, label);
        var errors = scored.GetColumn<float>(label).Zip(Scores.Of(scored), (y, score) => (double)y - score[0]);
        Assert.That(metrics.RootMeanSquaredError, Is.EqualTo(Math.Sqrt(errors.Average(e => e * e))).Within(1e-6));
        Assert.That(metrics.RSquared, Is.GreaterThan(0.9));
    }

    [Test]
    public void Several_targets_one_by_one()
    {
        IDataView scored = Score(Tiny.Trainer(_ml, TinyTask.MultiTarget, configure: Tiny.LearnWell));
        MultiTargetRegressionMetrics metrics = _ml.Regression.EvaluateMultiTarget(scored, nameof(SequenceRow.Targets));

        float[][] labels = [.. scored.GetColumn<float[]>(nameof(SequenceRow.Targets))],
            scores = Scores.Of(scored);
        Assert.That(metrics.Rows, Is.EqualTo(labels.Length));
        Assert.That(metrics.Targets, Has.Count.EqualTo(2));
        for (int target = 0; target < 2; target++)
            IsOf(metrics.Targets[target], [.. labels.Select(label => label[target])], [.. scores.Select(score => score[target])]);
        Assert.That(metrics.Targets[0].RSquared, Is.GreaterThan(0.9));
        Assert.That(metrics.RSquared, Is.EqualTo(metrics.Targets.Average(t => t.RSquared)).Within(1e-12));
        Assert.That(metrics.MeanAbsoluteError, Is.EqualTo(metrics.Targets.Average(t => t.MeanAbsoluteError)).Within(1e-12));
    }

    [Test]
    public void Several_targets_refuse_other_columns()
    {
        IDataView scored = Score(Tiny.Trainer(_ml, TinyTask.MultiTarget));
        Refused.Argument(() => _ml.Regression.EvaluateMultiTarget(scored, "Missing"), "Could not find label column 'Missing'");
        Refused.Argument(
            () => _ml.Regression.EvaluateMultiTarget(scored, nameof(SequenceRow.Number)),
            "Schema mismatch for label column 'Number': expected known-size vector of Single, got Single"
        );
        Refused.Argument(
            () => _ml.Regression.EvaluateMultiTarget(scored, nameof(SequenceRow.Flat)),
            "Schema mismatch for score column 'Score': expected Vector<Single, 10>, got Vector<Single, 2>"
        );
    }

    private IDataView Score(IEstimator<ITransformer> trainer)
    {
        IDataView data = TinyData.Load(_ml);
        return trainer.Fit(data).Transform(data);
    }

    private static void IsOf(RegressionTargetMetrics metrics, float[] labels, float[] scores)
    {
        double[] errors = [.. labels.Zip(scores, (y, score) => (double)score - y)];
        double mean = labels.Average(y => (double)y);
        double spread = labels.Sum(y => (y - mean) * (y - mean));
        Assert.That(metrics.MeanAbsoluteError, Is.EqualTo(errors.Average(Math.Abs)).Within(1e-9));
        Assert.That(metrics.RootMeanSquaredError, Is.EqualTo(Math.Sqrt(errors.Average(e => e * e))).Within(1e-9));
        Assert.That(metrics.RSquared, Is.EqualTo(1 - errors.Sum(e => e * e) / spread).Within(1e-9));
    }
}
