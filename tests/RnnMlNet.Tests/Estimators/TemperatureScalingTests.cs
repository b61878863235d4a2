using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// A classifier's probabilities after calibration: the classes stay, the log-loss of new rows falls where labels are noisy.
/// </summary>
public class TemperatureScalingTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Steps { get; set; } = [];

        public bool Label { get; set; }
    }

    // A third of the labels is random, which a network memorises when it trains for long.
    private IDataView Noisy(int count, int seed)
    {
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, count)
                .Select(i => new Row
                {
                    Steps = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f + (i % 2 == 0 ? 0.3f : -0.3f))],
                    Label = random.Next(3) == 0 ? random.Next(2) == 0 : i % 2 == 0,
                })
                .ToArray()
        );
    }

    private RnnBinaryTransformer Fit(IDataView data, bool calibrate) =>
        _ml
            .BinaryClassification.Trainers.Rnn(
                new RnnBinaryTrainer.Options
                {
                    FeatureColumnName = nameof(Row.Steps),
                    FeaturesPerStep = 1,
                    Seed = 1,
                    MaxEpochs = 120,
                    BatchSize = 8,
                    EnsembleSize = 3,
                    InputDropout = 0,
                    HeadDropout = 0,
                    WeightDecay = 0,
                    Calibrate = calibrate,
                }
            )
            .Fit(data);

    [Test]
    public void New_rows_have_a_lower_log_loss_and_the_same_classes()
    {
        IDataView data = Noisy(90, seed: 1),
            fresh = Noisy(400, seed: 2);
        using RnnBinaryTransformer raw = Fit(data, calibrate: false),
            calibrated = Fit(data, calibrate: true);
        IDataView before = raw.Transform(fresh),
            after = calibrated.Transform(fresh);

        Assert.That(raw.Model.History.Temperature, Is.Null);
        Assert.That(calibrated.Model.History.Temperature, Is.GreaterThan(1.2));
        Assert.That(after.GetColumn<bool>("PredictedLabel"), Is.EqualTo(before.GetColumn<bool>("PredictedLabel")));
        Assert.That(_ml.BinaryClassification.Evaluate(after).LogLoss, Is.LessThan(_ml.BinaryClassification.Evaluate(before).LogLoss - 0.1));
    }

    [Test]
    public void The_logits_are_divided_by_the_temperature()
    {
        IDataView data = Noisy(90, seed: 1);
        using RnnBinaryTransformer raw = Fit(data, calibrate: false),
            calibrated = Fit(data, calibrate: true);
        double temperature = calibrated.Model.History.Temperature!.Value;
        Assert.That(
            Scores.Of(calibrated, data).Select(score => score[0] * temperature),
            Is.EqualTo(Scores.Of(raw, data).Select(score => (double)score[0])).Within(1e-3)
        );
    }

    [Test]
    public void A_training_that_goes_on_keeps_the_temperature_of_the_previous_model()
    {
        IDataView data = Noisy(90, seed: 1);
        using RnnBinaryTransformer previous = Fit(data, calibrate: true);
        double temperature = previous.Model.History.Temperature!.Value;
        RnnBinaryTrainer.Options Still(bool? calibrate) =>
            new()
            {
                FeatureColumnName = nameof(Row.Steps),
                FeaturesPerStep = 1,
                Seed = 2,
                MaxEpochs = 1,
                LearningRate = 1e-20f,
                WeightDecay = 0,
                Calibrate = calibrate,
            };
        using RnnBinaryTransformer kept = _ml.BinaryClassification.Trainers.Rnn(Still(null)).Fit(data, previous.Model);
        using RnnBinaryTransformer without = _ml.BinaryClassification.Trainers.Rnn(Still(false)).Fit(data, previous.Model);
        using RnnBinaryTransformer anew = _ml.BinaryClassification.Trainers.Rnn(Still(true)).Fit(data, previous.Model);

        // The held-out rows are those that the previous model memorised: a temperature fitted on them would be far too low.
        Assert.That(kept.Model.History.Temperature, Is.EqualTo(temperature));
        Assert.That(anew.Model.History.Temperature, Is.LessThan(temperature));
        Assert.That(without.Model.History.Temperature, Is.Null);
        float[][] scores = Scores.Of(previous, data);
        Assert.That(Scores.Of(kept, data).Select(score => score[0]), Is.EqualTo(scores.Select(score => score[0])).Within(1e-4));
        Assert.That(
            Scores.Of(without, data).Select(score => (double)score[0]),
            Is.EqualTo(scores.Select(score => score[0] * temperature)).Within(1e-3)
        );
    }

    [Test]
    public void A_validation_set_of_its_own_gives_a_training_that_goes_on_a_new_temperature()
    {
        IDataView data = Noisy(90, seed: 1);
        using RnnBinaryTransformer previous = Fit(data, calibrate: true);
        using RnnBinaryTransformer anew = _ml
            .BinaryClassification.Trainers.Rnn(
                new RnnBinaryTrainer.Options
                {
                    FeatureColumnName = nameof(Row.Steps),
                    FeaturesPerStep = 1,
                    Seed = 2,
                    MaxEpochs = 1,
                    LearningRate = 1e-20f,
                    WeightDecay = 0,
                    ValidationSet = Noisy(400, seed: 2),
                }
            )
            .Fit(data, previous.Model);

        Assert.That(anew.Model.History.Temperature, Is.Not.Null.And.Not.EqualTo(previous.Model.History.Temperature));
    }

    [Test]
    public void It_is_the_same_on_any_number_of_threads([Values(1, 2, 5)] int threads)
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTransformer Trained(int? count) =>
            _ml
                .MulticlassClassification.Trainers.Rnn(
                    new RnnMulticlassTrainer.Options
                    {
                        LabelColumnName = TinyData.ClassLabel,
                        FeatureColumnName = "Matrix",
                        MaxEpochs = 2,
                        Seed = 1,
                        Threads = count,
                    }
                )
                .Fit(data);
        Assert.That(
            SavedModel.Entries(_ml, Trained(threads), data.Schema),
            Is.EqualTo(SavedModel.Entries(_ml, Trained(null), data.Schema))
        );
    }
}
