using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Estimators;

/// <summary>What is chosen from the data where options leave it open.</summary>
public class SequenceDefaultsTests
{
    private static readonly TaskSpec _classes = new(LabelKind.Key, LossKind.CrossEntropy, IsClassification: true, NormalizeLabel: false);
    private readonly MLContext _ml = new(seed: 1);

    private static DataProfile Profile(int rows = 100, double length = 20, int features = 1, int vocabulary = 0) =>
        new()
        {
            Rows = rows,
            MeanLength = length,
            ShortestLength = (int)length,
            LongestLength = (int)length,
            Features = vocabulary > 0 ? 0 : features,
            Vocabulary = vocabulary,
            Classes = 3,
            HasValidationRows = false,
        };

    private static SequenceSettings Resolve(DataProfile data, Action<RnnMulticlassTrainer.Options>? configure = null)
    {
        var options = new RnnMulticlassTrainer.Options();
        configure?.Invoke(options);
        return new SequenceDefaults(options, _classes, data, previous: null).Resolve();
    }

    private static readonly TaskSpec _tags = new(
        LabelKind.KeyPerStep,
        LossKind.CrossEntropy,
        IsClassification: true,
        NormalizeLabel: false
    );

    private static SequenceSettings ResolveTagger(DataProfile data) =>
        new SequenceDefaults(new RnnSequenceTaggerTrainer.Options(), _tags, data, previous: null).Resolve();

    [TestCase(100, 0, 8)]
    [TestCase(999, 0, 8)]
    [TestCase(1000, 0, 4)]
    [TestCase(4999, 0, 4)]
    [TestCase(999, 50, 8)]
    [TestCase(19_999, 50, 4)]
    public void Each_member_of_an_ensemble_holds_out_another_part_of_few_rows(int rows, int vocabulary, int networks)
    {
        SequenceSettings few = Resolve(Profile(rows: rows, vocabulary: vocabulary));
        Assert.That((few.IsCrossValidated, few.ValidationFraction, few.RestoresBest, few.Calibrates), Is.EqualTo((true, 0.0, false, true)));
        Assert.That((few.EnsembleSize, few.BatchSize), Is.EqualTo((networks, 16)));
    }

    // Of 16 classes of one row each nothing can be held out; of 17 such and one of three rows less than a row a fold.
    [TestCase(16, 0, false)]
    [TestCase(20, 3, false)]
    [TestCase(20, 7, false)]
    [TestCase(20, 8, true)]
    public void Where_less_than_a_row_a_fold_can_be_held_out_nothing_is(int rows, int toHoldOut, bool isCrossValidated)
    {
        SequenceSettings settings = Resolve(Profile(rows: rows) with { RowsToHoldOut = toHoldOut });
        Assert.That(
            (settings.EnsembleSize, settings.IsCrossValidated, settings.ValidationFraction, settings.Calibrates),
            Is.EqualTo((8, isCrossValidated, 0.0, isCrossValidated))
        );
    }

    [TestCase(7, false)]
    [TestCase(8, true)]
    public void With_fewer_groups_than_members_they_do_not_hold_out_in_turn(int groups, bool isCrossValidated)
    {
        SequenceSettings settings = Resolve(Profile(rows: 600) with { GroupsToHoldOut = groups });
        Assert.That((settings.EnsembleSize, settings.IsCrossValidated), Is.EqualTo((8, isCrossValidated)));
        Assert.That(settings.ValidationFraction, isCrossValidated ? Is.Zero : Is.EqualTo(0.1));
    }

    [Test]
    public void Of_many_classes_of_one_row_each_nothing_is_held_out([Values(1, 4)] int networks)
    {
        SequenceSettings settings = Resolve(Profile(rows: 2000) with { RowsToHoldOut = 0 }, options => options.EnsembleSize = networks);
        Assert.That((settings.IsCrossValidated, settings.ValidationFraction, settings.Calibrates), Is.EqualTo((false, 0.0, false)));
    }

    [TestCase(5000, 0)]
    [TestCase(20_000, 50)]
    public void Many_rows_are_one_network_that_a_tenth_is_held_out_of(int rows, int vocabulary)
    {
        SequenceSettings many = Resolve(Profile(rows: rows, vocabulary: vocabulary));
        Assert.That((many.IsCrossValidated, many.EnsembleSize, many.ValidationFraction, many.BatchSize), Is.EqualTo((false, 1, 0.1, 32)));
        Assert.That((many.RestoresBest, many.Calibrates, many.Patience), Is.EqualTo((false, true, 0)));
    }

    [TestCase(999, 4, true, 0)]
    [TestCase(1000, 1, false, 0.1)]
    [TestCase(30_000, 1, false, 0.01)]
    public void A_tagger_holds_out_300_sentences_of_many(int rows, int networks, bool isCrossValidated, double fraction)
    {
        SequenceSettings settings = ResolveTagger(Profile(rows: rows, vocabulary: 50));
        Assert.That(
            (settings.EnsembleSize, settings.IsCrossValidated, settings.ValidationFraction),
            Is.EqualTo((networks, isCrossValidated, fraction))
        );
        Assert.That(settings.Calibrates, Is.True);
    }

    [TestCase(43_000, 28, 10)]
    [TestCase(3_000, 28, 13)]
    public void Several_labels_of_texts_have_more_epochs_than_classes_and_thresholds_of_their_own(int rows, int labels, int epochs)
    {
        DataProfile data = Profile(rows: rows, vocabulary: 50) with { Classes = labels };
        SequenceSettings settings = ResolveLabels(data, threshold: null);
        Assert.That((settings.MaxEpochs, settings.ChoosesThresholds, settings.Calibrates), Is.EqualTo((epochs, true, true)));
        Assert.That(settings.ToTexts()["Threshold"], Is.EqualTo("for each label the one of the highest F1"));
        Assert.That(ResolveLabels(data, threshold: 0.5f).ChoosesThresholds, Is.False);
        Assert.That(ResolveLabels(data with { RowsToHoldOut = 0 }, threshold: null).ChoosesThresholds, Is.False);
        Assert.That(Resolve(data).ChoosesThresholds, Is.Null);
    }

    private static SequenceSettings ResolveLabels(DataProfile data, float? threshold)
    {
        var task = new TaskSpec(LabelKind.LabelSet, LossKind.MultiLabel, IsClassification: true, NormalizeLabel: false)
        {
            Threshold = threshold,
        };
        return new SequenceDefaults(new RnnMultiLabelTrainer.Options(), task, data, previous: null).Resolve();
    }

    [TestCase(999, 0.1)]
    [TestCase(300, 0.1)]
    [TestCase(200, 0.15)]
    [TestCase(120, 0.25)]
    [TestCase(119, 0)]
    public void One_network_of_few_rows_holds_out_what_a_temperature_needs(int rows, double fraction)
    {
        foreach (
            Action<RnnOptions> single in (Action<RnnOptions>[])[options => options.EnsembleSize = 1, options => options.ForStreaming = true]
        )
        {
            SequenceSettings settings = Resolve(Profile(rows: rows), single);
            Assert.That((settings.EnsembleSize, settings.IsCrossValidated, settings.ValidationFraction), Is.EqualTo((1, false, fraction)));
            Assert.That((settings.Calibrates, settings.RestoresBest, settings.Patience), Is.EqualTo((fraction > 0, false, 0)));
        }
    }

    [TestCase(2, 4)]
    [TestCase(3, 4)]
    [TestCase(10, 10)]
    public void No_network_is_trained_on_half_of_the_rows(int networks, int folds)
    {
        SequenceSettings settings = Resolve(Profile(rows: 200), options => options.EnsembleSize = networks);
        Assert.That((settings.IsCrossValidated, settings.EnsembleSize, settings.Folds), Is.EqualTo((true, networks, folds)));
        Assert.That(settings.ToTexts()["ValidationFraction"], Is.EqualTo($"1/{folds}, another for each network"));
    }

    [TestCase(CellKind.Gru, 100, 0, 0.01f)]
    [TestCase(CellKind.Lstm, 100, 0, 0.003f)]
    [TestCase(CellKind.Gru, 5000, 0, 0.003f)]
    [TestCase(CellKind.Gru, 100, 50, 0.003f)]
    public void A_GRU_on_few_rows_of_numbers_learns_at_a_high_rate(CellKind cell, int rows, int vocabulary, float rate) =>
        Assert.That(Resolve(Profile(rows: rows, vocabulary: vocabulary), options => options.Cell = cell).LearningRate, Is.EqualTo(rate));

    [Test]
    public void More_classes_are_gone_through_more_often()
    {
        int Epochs(int classes) => Resolve(Profile(rows: 10_000, vocabulary: 5000) with { Classes = classes }).MaxEpochs;
        Assert.That((Epochs(2), Epochs(80), Epochs(500)), Is.EqualTo((6, 7, 34)));
    }

    [Test]
    public void Early_stopping_that_is_asked_for_keeps_the_best_epoch()
    {
        SequenceSettings settings = Resolve(Profile(rows: 6000), options => options.LearningRateSchedule = LearningRateSchedule.Constant);
        Assert.That((settings.RestoresBest, settings.Patience), Is.EqualTo((true, 10)));
    }

    [Test]
    public void An_explicit_value_always_wins()
    {
        SequenceSettings settings = Resolve(
            Profile(rows: 50, length: 500),
            options =>
            {
                (options.Cell, options.HiddenSize, options.Layers, options.Bidirectional, options.Pooling) = (
                    CellKind.Elman,
                    3,
                    2,
                    false,
                    Pooling.Attention
                );
                (options.Dropout, options.InputDropout, options.HeadDropout, options.PatchLength, options.EnsembleSize) = (
                    0.1f,
                    0.3f,
                    0.4f,
                    7,
                    2
                );
                (options.MaxEpochs, options.BatchSize, options.LearningRate, options.LearningRateSchedule) = (
                    5,
                    9,
                    0.5f,
                    LearningRateSchedule.Exponential
                );
                (
                    options.Optimizer,
                    options.WeightDecay,
                    options.ValidationFraction,
                    options.EarlyStoppingPatience,
                    options.RestoreBestWeights
                ) = (OptimizerKind.Sgd, 0.2f, 0.3, 4, false);
                (options.HeadHiddenSizes, options.Calibrate) = ([6], false);
            }
        );
        Assert.That(
            (settings.Cell, settings.HiddenSize, settings.Layers, settings.Bidirectional, settings.Pooling),
            Is.EqualTo((CellKind.Elman, 3, 2, false, Pooling.Attention))
        );
        Assert.That(
            (settings.Dropout, settings.PatchLength, settings.EnsembleSize),
            Is.EqualTo(
                (
                    new DropoutRates
                    {
                        Dropout = 0.1f,
                        InputDropout = 0.3f,
                        HeadDropout = 0.4f,
                    },
                    7,
                    2
                )
            )
        );
        Assert.That(
            (settings.MaxEpochs, settings.BatchSize, settings.LearningRate, settings.Schedule),
            Is.EqualTo((5, 9, 0.5f, LearningRateSchedule.Exponential))
        );
        Assert.That(
            (settings.Optimizer, settings.WeightDecay, settings.ValidationFraction, settings.Patience, settings.RestoresBest),
            Is.EqualTo((OptimizerKind.Sgd, 0.2f, 0.3, 4, false))
        );
        Assert.That(settings.HeadHiddenSizes, Is.EqualTo(new[] { 6 }));
        Assert.That((settings.IsCrossValidated, settings.Calibrates), Is.EqualTo((false, false)));
    }

    [TestCase(999, 0, false, Augmentation.TimeWarp)]
    [TestCase(1000, 0, false, Augmentation.None)]
    [TestCase(999, 50, false, Augmentation.None)]
    [TestCase(999, 0, true, Augmentation.None)]
    public void Few_rows_of_numbers_with_a_class_are_changed_in_training(int rows, int vocabulary, bool hasTimes, Augmentation expected) =>
        Assert.That(Resolve(Profile(rows: rows, vocabulary: vocabulary) with { HasTimes = hasTimes }).Augmentation, Is.EqualTo(expected));

    [Test]
    public void Rows_of_tags_and_of_numbers_to_predict_are_not_changed()
    {
        Assert.That(ResolveTagger(Profile()).Augmentation, Is.EqualTo(Augmentation.None));
        Assert.That(
            new SequenceDefaults(new RnnRegressionTrainer.Options(), _classes with { IsClassification = false }, Profile(), previous: null)
                .Resolve()
                .Augmentation,
            Is.EqualTo(Augmentation.None)
        );
        Assert.That(Resolve(Profile(), o => o.Augmentation = Augmentation.None).Augmentation, Is.EqualTo(Augmentation.None));
        Assert.That(Resolve(Profile(), o => o.NormalizeBy = ["Setting"]).Augmentation, Is.EqualTo(Augmentation.None));
    }

    [TestCase(20, 1, 1)]
    [TestCase(150, 1, 5)]
    [TestCase(59, 1, 1)]
    [TestCase(60, 1, 2)]
    [TestCase(315, 3, 10)]
    [TestCase(100, 64, 1)]
    [TestCase(100, 200, 1)]
    [TestCase(1_000_000, 1, 64)]
    public void Long_series_of_few_channels_are_read_in_patches(int length, int features, int expected) =>
        Assert.That(Resolve(Profile(length: length, features: features)).PatchLength, Is.EqualTo(expected));

    /// <summary>The last convolution, or patches before all of them, leave about 30 steps.</summary>
    [TestCase(20, null, null, 1, 1)]
    [TestCase(150, null, null, 5, 1)]
    [TestCase(315, null, null, 7, 1)]
    [TestCase(700, null, null, 7, 3)]
    [TestCase(150, 1, null, 1, 5)]
    [TestCase(150, 2, null, 2, 2)]
    [TestCase(150, null, 1, 1, 1)]
    public void Convolutions_skip_steps_of_long_series(int length, int? stride, int? patch, int expectedStride, int expectedPatch)
    {
        SequenceSettings settings = Resolve(
            Profile(length: length, features: 1),
            options =>
                (options.ConvolutionFilters, options.ConvolutionLayers, options.ConvolutionStride, options.PatchLength) = (
                    16,
                    2,
                    stride,
                    patch
                )
        );
        Assert.That(settings.Convolutions, Is.EqualTo(new ConvolutionShape[] { new(16, 7, 1), new(16, 7, expectedStride) }));
        Assert.That(settings.PatchLength, Is.EqualTo(expectedPatch));
    }

    [Test]
    public void Tokens_have_no_patches() => Assert.That(Resolve(Profile(length: 500, vocabulary: 10)).PatchLength, Is.EqualTo(1));

    [TestCase(10)]
    [TestCase(45)]
    [TestCase(300)]
    [TestCase(999)]
    public void Few_rows_are_gone_through_often_enough(int rows)
    {
        SequenceSettings settings = Resolve(Profile(rows: rows));
        Assert.That(
            (rows + settings.BatchSize - 1) / settings.BatchSize * settings.MaxEpochs,
            Is.GreaterThanOrEqualTo(300).Or.GreaterThanOrEqualTo(300 * settings.EnsembleSize / 10)
        );
        Assert.That(settings.BatchSize, Is.LessThanOrEqualTo(rows));
    }

    [Test]
    public void For_streaming_it_is_one_network_of_one_direction()
    {
        SequenceSettings settings = Resolve(Profile(rows: 50), options => options.ForStreaming = true);
        Assert.That((settings.Bidirectional, settings.EnsembleSize, settings.IsCrossValidated), Is.EqualTo((false, 1, false)));
    }

    [Test]
    public void For_streaming_it_is_an_ensemble_where_one_is_asked_for()
    {
        SequenceSettings settings = Resolve(Profile(rows: 50), options => (options.ForStreaming, options.EnsembleSize) = (true, 5));
        Assert.That((settings.Bidirectional, settings.EnsembleSize, settings.IsCrossValidated), Is.EqualTo((false, 5, true)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public void A_handful_of_rows_is_enough(int rows)
    {
        SequenceSettings settings = Resolve(Profile(rows: rows));
        Assert.That(settings.IsCrossValidated, Is.EqualTo(rows >= 2 * settings.Folds));
    }

    [Test]
    public void What_was_chosen_is_logged_and_in_the_model_loaded_too()
    {
        var log = new LogCapture(_ml);
        IDataView data = TinyData.Load(_ml);
        using var model = _ml
            .MulticlassClassification.Trainers.Rnn(
                new RnnMulticlassTrainer.Options
                {
                    LabelColumnName = TinyData.ClassLabel,
                    FeatureColumnName = "Matrix",
                    MaxEpochs = 2,
                }
            )
            .Fit(data);
        Assert.That(log.Messages, Has.Some.Contains("Chosen for 48 rows of 5 steps of 2 values, 3 classes: Cell Gru, HiddenSize 64,"));
        IReadOnlyDictionary<string, string> options = model.Model.History.Options;
        Assert.That(options["Bidirectional"], Is.EqualTo("true"));
        Assert.That(options["MaxEpochs"], Is.EqualTo("2"));
        var loaded = (RnnMulticlassTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);
        Assert.That(loaded.Model.History.Options, Is.EqualTo(options));
        Assert.That(loaded.Model.History.Temperature, Is.EqualTo(model.Model.History.Temperature).And.GreaterThan(0));
        Assert.That(loaded.Model.Histories, Has.Count.EqualTo(int.Parse(options["EnsembleSize"])));
    }

    [Test]
    public void A_Fit_goes_on_from_each_member_of_an_ensemble()
    {
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTrainer trainer = _ml.MulticlassClassification.Trainers.Rnn(
            new RnnMulticlassTrainer.Options
            {
                LabelColumnName = TinyData.ClassLabel,
                FeatureColumnName = "Matrix",
                MaxEpochs = 1,
                LearningRate = 1e-6f,
                Seed = 3,
            }
        );
        using var previous = trainer.Fit(data);
        using var next = trainer.Fit(data, previous.Model);
        Assert.That(next.Model.Histories, Has.Count.EqualTo(previous.Model.Histories.Count));
        for (int member = 0; member < previous.Model.Network.Members.Count; member++)
            Assert.That(
                next.Model.Network.Members[member].Weights["rnn.weight_hh_l0"],
                Is.EqualTo(previous.Model.Network.Members[member].Weights["rnn.weight_hh_l0"]).Within(1e-4),
                $"member {member}"
            );
        // Few rows are memorised from scratch; the previous model may have seen many.
        Assert.That(previous.Model.History.Options["Augmentation"], Is.EqualTo("TimeWarp"));
        Assert.That(next.Model.History.Options.Keys, Has.None.EqualTo("Augmentation"));
    }

    [Test]
    public void A_temperature_without_held_out_rows_is_an_error() =>
        Refused.Argument(
            () =>
                _ml
                    .MulticlassClassification.Trainers.Rnn(
                        new RnnMulticlassTrainer.Options
                        {
                            LabelColumnName = TinyData.ClassLabel,
                            FeatureColumnName = "Matrix",
                            Calibrate = true,
                            ValidationFraction = 0,
                        }
                    )
                    .Fit(TinyData.Load(_ml)),
            "Calibrate is true, but no rows are held out to fit a temperature on"
        );
}
