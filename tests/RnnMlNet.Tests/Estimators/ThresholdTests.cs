using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Programs.Tests.Docs;
using RnnMlNet.Tests.Exchange;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A classifier of two classes with another threshold, as <c>ChangeModelThreshold</c> makes it of ML.NET's own.</summary>
[TestFixture]
public class ThresholdTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void The_label_follows_the_threshold_and_all_else_stays(
        [Values(-2f, -0.3f, 0f, 0.3f, 2f)] float threshold,
        [Values] bool isLoaded
    )
    {
        IDataView data = TinyData.Load(_ml);
        using RnnBinaryTransformer model = Tiny.Binary(_ml, configure: o => o.MaxEpochs = 10).Fit(data);

        RnnBinaryTransformer changed = _ml.BinaryClassification.ChangeModelThreshold(model, threshold);
        if (isLoaded)
            changed = (RnnBinaryTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, changed, data.Schema), out _);

        float[] scores = [.. changed.Transform(data).GetColumn<float>("Score")];
        Assert.That(changed.Threshold, Is.EqualTo(threshold));
        Assert.That(scores, Is.EqualTo(model.Transform(data).GetColumn<float>("Score")));
        Assert.That(
            changed.Transform(data).GetColumn<float>("Probability"),
            Is.EqualTo(model.Transform(data).GetColumn<float>("Probability"))
        );
        Assert.That(changed.Transform(data).GetColumn<bool>("PredictedLabel"), Is.EqualTo(scores.Select(score => score > threshold)));
        Assert.That(model.Threshold, Is.Zero);
        Assert.That(model.Transform(data).GetColumn<bool>("PredictedLabel"), Is.EqualTo(scores.Select(score => score > 0)));
    }

    [TestCase("OneVersusAll", "one network a class")]
    [TestCase("PairwiseCoupling", "one network for each pair")]
    public void OneVersusAll_over_two_classes_does_not_compile_and_says_why(string method, string than)
    {
        string[] errors = SnippetCompiler.Errors(
            $"""
            using Microsoft.ML;
            var ml = new MLContext();
            var trainer = ml.MulticlassClassification.Trainers.{method}(ml.BinaryClassification.Trainers.Rnn(featuresPerStep: 1));
            """
        );
        Assert.That(errors, Has.Exactly(1).Items);
        Assert.That(
            errors[0],
            Does.EndWith(
                $"'MulticlassClassification.Trainers.Rnn trains one network that separates all classes, which takes less time than "
                    + $"{than} and learns more: use it in place of {method} over BinaryClassification.Trainers.Rnn.'"
            )
        );
    }

    [Test]
    public void It_is_in_the_ONNX_model()
    {
        IDataView data = TinyData.Load(_ml);
        using RnnBinaryTransformer model = Tiny.Binary(_ml, configure: Tiny.LearnWell).Fit(data);
        // Among the scores of the negatives, between two of them.
        float[] negatives = [.. model.Transform(data).GetColumn<float>("Score").Order().Take(30)];
        int gap = Enumerable.Range(5, 20).MaxBy(i => negatives[i + 1] - negatives[i]);
        float middle = (negatives[gap] + negatives[gap + 1]) / 2;
        RnnBinaryTransformer changed = _ml.BinaryClassification.ChangeModelThreshold(model, middle);
        using OnnxRun run = OnnxRun.Of(changed.SaveAsOnnx);
        float[] steps = [.. TinyData.Rows().SelectMany(row => row.Matrix)];
        long[] lengths = [.. Enumerable.Repeat((long)SequenceRow.Steps, 48)];

        OnnxResult result = run.Run(
            OnnxRun.Value("features", steps, 48, SequenceRow.Steps, SequenceRow.Features),
            OnnxRun.Value("lengths", lengths, 48)
        );

        Assert.That(result.Of<bool>("predicted_label"), Is.EqualTo(changed.Transform(data).GetColumn<bool>("PredictedLabel")));
        Assert.That(result.Of<bool>("predicted_label"), Is.Not.EqualTo(model.Transform(data).GetColumn<bool>("PredictedLabel")));
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
        Refused.Argument(
            () => _ml.BinaryClassification.ChangeModelThreshold(model, threshold),
            $"threshold is {threshold}; it must be a finite number"
        );
        Assert.That(() => _ml.BinaryClassification.ChangeModelThreshold((RnnBinaryTransformer)null!, 0), Throws.ArgumentNullException);
    }
}
