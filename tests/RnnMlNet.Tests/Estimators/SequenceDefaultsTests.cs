using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What is chosen from the data where options leave it open.</summary>
public class SequenceDefaultsTests
{
    private static readonly TaskSpec _classes = new(LabelKind.Key, LossKind.CrossEntropy, IsClassification: true, NormalizeLabel: false);
    private readonly MLContext _ml = new(seed: 1);

    private static DataProfile Profile(int rows = 100, double length = 20, int features = 1, int vocabulary = 0) => new()
    {
        Rows = rows, MeanLength = length, ShortestLength = (int)length, LongestLength = (int)length, Features = vocabulary > 0 ? 0 : features, Vocabulary = vocabulary, Classes = 3, HasValidationRows = false,
    };

    private static SequenceSettings Resolve(DataProfile data, Action<RnnMulticlassTrainer.Options>? configure = null)
    {
        var options = new RnnMulticlassTrainer.Options();
        configure?.Invoke(options);
        return new SequenceDefaults(options, _classes, data, previous: null).Resolve();
    }

    [Test]
    public void Below_a_thousand_rows_each_member_of_an_ensemble_holds_out_another_part()
    {
        SequenceSettings few = Resolve(Profile(rows: 999)), many = Resolve(Profile(rows: 1000));
        Assert.That((few.IsCrossValidated, few.ValidationFraction, few.RestoresBest, few.Calibrates), Is.EqualTo((true, 0.0, false, true)));
        Assert.That(few.Networks, Is.GreaterThan(1));
        Assert.That((many.IsCrossValidated, many.ValidationFraction), Is.EqualTo((false, 0.1)));
    }

    [Test]
    public void An_explicit_value_always_wins()
    {
        SequenceSettings settings = Resolve(Profile(rows: 50, length: 500), options =>
        {
            (options.Cell, options.HiddenSize, options.Layers, options.Bidirectional, options.Pooling) = (CellKind.Elman, 3, 2, false, Pooling.Attention);
            (options.Dropout, options.InputDropout, options.HeadDropout, options.PatchLength, options.Networks) = (0.1f, 0.3f, 0.4f, 7, 2);
            (options.MaxEpochs, options.BatchSize, options.LearningRate, options.LearningRateSchedule) = (5, 9, 0.5f, LearningRateSchedule.Exponential);
            (options.Optimizer, options.WeightDecay, options.ValidationFraction, options.EarlyStoppingPatience, options.RestoreBestWeights) = (OptimizerKind.Sgd, 0.2f, 0.3, 4, false);
            (options.HeadHiddenSizes, options.Calibrate) = ([6], false);
        });
        Assert.That((settings.Cell, settings.HiddenSize, settings.Layers, settings.Bidirectional, settings.Pooling), Is.EqualTo((CellKind.Elman, 3, 2, false, Pooling.Attention)));
        Assert.That((settings.Dropout, settings.InputDropout, settings.HeadDropout, settings.PatchLength, settings.Networks), Is.EqualTo((0.1f, 0.3f, 0.4f, 7, 2)));
        Assert.That((settings.MaxEpochs, settings.BatchSize, settings.LearningRate, settings.Schedule), Is.EqualTo((5, 9, 0.5f, LearningRateSchedule.Exponential)));
        Assert.That((settings.Optimizer, settings.WeightDecay, settings.ValidationFraction, settings.Patience, settings.RestoresBest), Is.EqualTo((OptimizerKind.Sgd, 0.2f, 0.3, 4, false)));
        Assert.That(settings.HeadHiddenSizes, Is.EqualTo(new[] { 6 }));
        Assert.That((settings.IsCrossValidated, settings.Calibrates), Is.EqualTo((false, false)));
    }

    [TestCase(20, 1, 1)]
    [TestCase(150, 1, 5)]
    [TestCase(315, 3, 11)]
    [TestCase(100, 64, 1)]
    [TestCase(100, 200, 1)]
    [TestCase(1_000_000, 1, 64)]
    public void Long_series_of_few_channels_are_read_in_patches(int length, int features, int expected) =>
        Assert.That(Resolve(Profile(length: length, features: features)).PatchLength, Is.EqualTo(expected));

    [Test]
    public void Tokens_have_no_patches() => Assert.That(Resolve(Profile(length: 500, vocabulary: 10)).PatchLength, Is.EqualTo(1));

    [TestCase(10)]
    [TestCase(45)]
    [TestCase(300)]
    [TestCase(999)]
    public void Few_rows_are_gone_through_often_enough(int rows)
    {
        SequenceSettings settings = Resolve(Profile(rows: rows));
        Assert.That((rows + settings.BatchSize - 1) / settings.BatchSize * settings.MaxEpochs, Is.GreaterThanOrEqualTo(300).Or.GreaterThanOrEqualTo(300 * settings.Networks / 10));
        Assert.That(settings.BatchSize, Is.LessThanOrEqualTo(rows));
    }

    [Test]
    public void For_streaming_it_is_one_network_of_one_direction()
    {
        SequenceSettings settings = Resolve(Profile(rows: 50), options => options.ForStreaming = true);
        Assert.That((settings.Bidirectional, settings.Networks, settings.IsCrossValidated), Is.EqualTo((false, 1, false)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public void A_handful_of_rows_is_enough(int rows)
    {
        SequenceSettings settings = Resolve(Profile(rows: rows));
        Assert.That(settings.IsCrossValidated, Is.EqualTo(rows >= 2 * settings.Networks));
    }

    [Test]
    public void What_was_chosen_is_logged_and_in_the_model_loaded_too()
    {
        var log = new LogCapture(_ml);
        IDataView data = TinyData.Load(_ml);
        using var model = _ml.MulticlassClassification.Trainers.Rnn(new RnnMulticlassTrainer.Options { LabelColumnName = TinyData.ClassLabel, FeatureColumnName = "Matrix", MaxEpochs = 2 }).Fit(data);
        Assert.That(log.Messages, Has.Some.Contains("Chosen for 48 rows of 5 steps of 2 values, 3 classes: Cell Gru, HiddenSize 64,"));
        IReadOnlyDictionary<string, string> options = model.Model.History.Options;
        Assert.That(options["Bidirectional"], Is.EqualTo("true"));
        Assert.That(options["MaxEpochs"], Is.EqualTo("2"));
        var loaded = (RnnMulticlassTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);
        Assert.That(loaded.Model.History.Options, Is.EqualTo(options));
        Assert.That(loaded.Model.History.Temperature, Is.EqualTo(model.Model.History.Temperature).And.GreaterThan(0));
        Assert.That(loaded.Model.Histories, Has.Count.EqualTo(int.Parse(options["Networks"])));
    }

    [Test]
    public void A_Fit_goes_on_from_each_member_of_an_ensemble()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTrainer trainer = _ml.MulticlassClassification.Trainers.Rnn(new RnnMulticlassTrainer.Options { LabelColumnName = TinyData.ClassLabel, FeatureColumnName = "Matrix", MaxEpochs = 1, LearningRate = 1e-6f, Seed = 3 });
        using var previous = trainer.Fit(data);
        using var next = trainer.Fit(data, previous.Model);
        Assert.That(next.Model.Histories, Has.Count.EqualTo(previous.Model.Histories.Count));
        for (int member = 0; member < previous.Model.Network.Networks.Count; member++)
            Assert.That(next.Model.Network.Networks[member].Weights["rnn.weight_hh_l0"], Is.EqualTo(previous.Model.Network.Networks[member].Weights["rnn.weight_hh_l0"]).Within(1e-4), $"member {member}");
    }

    [Test]
    public void A_temperature_without_held_out_rows_is_an_error() => Refused.Argument(
        () => _ml.MulticlassClassification.Trainers.Rnn(new RnnMulticlassTrainer.Options { LabelColumnName = TinyData.ClassLabel, FeatureColumnName = "Matrix", Calibrate = true, ValidationFraction = 0 }).Fit(TinyData.Load(_ml)),
        "Calibrate is true, but no rows are held out to learn a temperature from");
}
