using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A classifier of two classes with another threshold, as <c>ChangeModelThreshold</c> makes it of ML.NET's own.</summary>
[TestFixture]
public class ThresholdTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void The_label_follows_the_threshold_and_all_else_stays([Values(-2f, -0.3f, 0f, 0.3f, 2f)] float threshold, [Values] bool isLoaded)
    {
        IDataView data = TinyData.Load(_ml);
        using RnnBinaryTransformer model = Tiny.Binary(_ml, configure: o => o.MaxEpochs = 10).Fit(data);

        RnnBinaryTransformer changed = _ml.BinaryClassification.ChangeModelThreshold(model, threshold);
        if (isLoaded)
            changed = (RnnBinaryTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, changed, data.Schema), out _);

        float[] scores = [.. changed.Transform(data).GetColumn<float>("Score")];
        Assert.That(changed.Threshold, Is.EqualTo(threshold));
        Assert.That(scores, Is.EqualTo(model.Transform(data).GetColumn<float>("Score")));
        Assert.That(changed.Transform(data).GetColumn<float>("Probability"), Is.EqualTo(model.Transform(data).GetColumn<float>("Probability")));
        Assert.That(changed.Transform(data).GetColumn<bool>("PredictedLabel"), Is.EqualTo(scores.Select(score => score > threshold)));
        Assert.That(model.Threshold, Is.Zero);
        Assert.That(model.Transform(data).GetColumn<bool>("PredictedLabel"), Is.EqualTo(scores.Select(score => score > 0)));
    }

    [Test]
    public void How_it_scores_is_taken_over()
    {
        using RnnBinaryTransformer model = Tiny.Binary(_ml).Fit(TinyData.Load(_ml));
        (model.ScoringThreads, model.SingleRowPrecision) = (3, WeightPrecision.BFloat16);

        RnnBinaryTransformer changed = _ml.BinaryClassification.ChangeModelThreshold(model, 1);

        Assert.That((changed.ScoringThreads, changed.SingleRowPrecision), Is.EqualTo(((int?)3, WeightPrecision.BFloat16)));
        model.Dispose();
        Assert.That(changed.Transform(TinyData.Load(_ml)).GetColumn<float>("Score"), Has.None.NaN);
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_threshold_that_is_no_number_is_refused(float threshold)
    {
        using RnnBinaryTransformer model = Tiny.Binary(_ml).Fit(TinyData.Load(_ml));
        Refused.Argument(() => _ml.BinaryClassification.ChangeModelThreshold(model, threshold), $"threshold is {threshold}; it must be a finite number");
        Assert.That(() => _ml.BinaryClassification.ChangeModelThreshold((RnnBinaryTransformer)null!, 0), Throws.ArgumentNullException);
    }
}
