using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A classifier's probabilities after calibration: the classes stay, the log-loss of new rows falls where labels are noisy.</summary>
public class TemperatureScalingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Steps { get; set; } = [];

        public bool Label { get; set; }
    }

    // A third of the labels is drawn by chance, which a network that trains for long learns by heart.
    private IDataView Noisy(int count, int seed)
    {
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Steps = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f + (i % 2 == 0 ? 0.3f : -0.3f))],
            Label = random.Next(3) == 0 ? random.Next(2) == 0 : i % 2 == 0,
        }).ToArray());
    }

    private RnnBinaryTransformer Fit(IDataView data, bool calibrate) => _ml.BinaryClassification.Trainers.Rnn(new RnnBinaryTrainer.Options
    {
        FeatureColumnName = nameof(Row.Steps), FeaturesPerStep = 1, Seed = 1, MaxEpochs = 120, BatchSize = 8, Networks = 3, InputDropout = 0, HeadDropout = 0, WeightDecay = 0, Calibrate = calibrate,
    }).Fit(data);

    [Test]
    public void New_rows_have_a_lower_log_loss_and_the_same_classes()
    {
        IDataView data = Noisy(90, seed: 1), fresh = Noisy(400, seed: 2);
        using RnnBinaryTransformer raw = Fit(data, calibrate: false), calibrated = Fit(data, calibrate: true);
        IDataView before = raw.Transform(fresh), after = calibrated.Transform(fresh);

        Assert.That(raw.Model.History.Temperature, Is.Null);
        Assert.That(calibrated.Model.History.Temperature, Is.GreaterThan(1.2));
        Assert.That(after.GetColumn<bool>("PredictedLabel"), Is.EqualTo(before.GetColumn<bool>("PredictedLabel")));
        Assert.That(_ml.BinaryClassification.Evaluate(after).LogLoss, Is.LessThan(_ml.BinaryClassification.Evaluate(before).LogLoss - 0.1));
    }

    [Test]
    public void The_logits_are_divided_by_the_temperature()
    {
        IDataView data = Noisy(90, seed: 1);
        using RnnBinaryTransformer raw = Fit(data, calibrate: false), calibrated = Fit(data, calibrate: true);
        double temperature = calibrated.Model.History.Temperature!.Value;
        Assert.That(Scores.Of(calibrated, data).Select(score => score[0] * temperature), Is.EqualTo(Scores.Of(raw, data).Select(score => (double)score[0])).Within(1e-3));
    }

    [Test]
    public void It_is_the_same_on_any_number_of_threads([Values(1, 2, 5)] int threads)
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer Trained(int? count) => _ml.MulticlassClassification.Trainers.Rnn(
            new RnnMulticlassTrainer.Options { LabelColumnName = TinyData.ClassLabel, FeatureColumnName = "Matrix", MaxEpochs = 2, Seed = 1, Threads = count }).Fit(data);
        Assert.That(SavedModel.Entries(_ml, Trained(threads), data.Schema), Is.EqualTo(SavedModel.Entries(_ml, Trained(null), data.Schema)));
    }
}
