using Accuracy.Sets;
using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using SharedData = RnnMlNet.Tests.Support.SharedData;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Learning rate range tests as ML.NET's user calls them.</summary>
[TestFixture]
public class FindLearningRateTests
{
    private MLContext _ml = null!;
    private IDataView _data = null!;

    [SetUp]
    public void SetUp()
    {
        _ml = new MLContext(seed: 1);
        _data = TinyTags.Load(_ml);
    }

    [Test]
    public void A_network_learns_at_the_suggested_rate([Values(ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind)
    {
        LearningRateCurve curve = Tiny.Multiclass(_ml, kind).FindLearningRate(_data);

        Assert.That(curve.Points[0].LearningRate, Is.EqualTo(1e-6f));
        Assert.That(curve.Suggestion, Is.InRange(1e-4f, 0.5f));
        using RnnMulticlassTransformer model = Tiny.Multiclass(
                _ml,
                kind,
                options => (options.LearningRate, options.MaxEpochs, options.ValidationFraction) = (curve.Suggestion!.Value, 20, 0)
            )
            .Fit(_data);
        Assert.That(model.Model.History.Epochs[^1].TrainingLoss, Is.LessThan(0.1 * curve.Points[0].Loss));
    }

    [Test]
    public void On_JapaneseVowels_it_suggests_a_rate_about_the_recipes_own()
    {
        TimeSeries[] rows = TsFile.Read(SharedData.Require("JapaneseVowels/JapaneseVowels_TRAIN.ts"));
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        IDataView keyed = _ml.Transforms.Conversion.MapValueToKey("Label", nameof(TimeSeries.Class)).Fit(view).Transform(view);
        var trainer = _ml.MulticlassClassification.Trainers.Rnn(
            new RnnMulticlassTrainer.Options
            {
                FeatureColumnName = nameof(TimeSeries.Values),
                FeaturesPerStep = 12,
                Seed = 1,
            }
        );

        LearningRateCurve curve = trainer.FindLearningRate(keyed);

        // benchmarks/Accuracy found 3e-3 by cross-validation.
        Assert.That(curve.Suggestion, Is.InRange(1e-3f, 1e-2f), curve.ToString());
    }

    [Test]
    public void All_trainers_have_it()
    {
        LearningRateCurve[] curves =
        [
            Tiny.Multiclass(_ml).FindLearningRate(_data, steps: 20),
            Tiny.Binary(_ml).FindLearningRate(_data, steps: 20),
            Tiny.Regression(_ml).FindLearningRate(_data, steps: 20),
            Tiny.Regression(_ml, configure: options => options.LabelColumnName = TinyTask.MultiTarget.Label())
                .FindLearningRate(_data, steps: 20),
            TinyTags.Trainer(_ml).FindLearningRate(_data, steps: 20),
        ];
        Assert.That(curves.Select(curve => curve.Points.Count), Is.All.EqualTo(20));
        Assert.That(curves.Select(curve => curve.Points[^1].LearningRate), Is.All.EqualTo(1f));
    }

    [Test]
    public void It_is_the_training_that_Fit_begins()
    {
        RnnMulticlassTrainer trainer = Tiny.Multiclass(
            _ml,
            ColumnKind.Ragged,
            options => (options.MaxEpochs, options.BatchSize) = (1, 100)
        );
        double first = trainer.Fit(_data).Model.History.Epochs[0].TrainingLoss;

        Assert.That(trainer.FindLearningRate(_data).Points[0].Loss, Is.EqualTo(first));
    }

    [Test]
    public void The_same_trainer_finds_the_same_curve_and_fits_the_same_model_afterwards()
    {
        Action<RnnOptions> configure = options => (options.Layers, options.Dropout, options.Seed) = (2, 0.2f, 7);
        var untested = SavedModel.Entries(_ml, Tiny.Multiclass(_ml, ColumnKind.Ragged, configure).Fit(_data), _data.Schema);
        RnnMulticlassTrainer trainer = Tiny.Multiclass(_ml, ColumnKind.Ragged, configure);
        LearningRateCurve curve = trainer.FindLearningRate(_data),
            again = trainer.FindLearningRate(_data);

        Assert.That(again.Points, Is.EqualTo(curve.Points));
        Assert.That(SavedModel.Entries(_ml, trainer.Fit(_data), _data.Schema), Is.EqualTo(untested));
    }

    [Test]
    public void Both_engines_find_the_same_curve()
    {
        LearningRateCurve simd = On(EngineKind.Simd),
            torch = On(EngineKind.Torch);

        Assert.That(simd.Points.Select(point => point.Loss), Is.EqualTo(torch.Points.Select(point => point.Loss)).Within(1e-3));
        Assert.That(simd.Points, Has.Count.EqualTo(60));

        LearningRateCurve On(EngineKind engine) =>
            Tiny.Multiclass(_ml, ColumnKind.Ragged, options => (options.Engine, options.Seed) = (engine, 3))
                .FindLearningRate(_data, maxLearningRate: 0.01f, steps: 60);
    }

    [Test]
    public void It_may_go_on_from_a_model()
    {
        RnnMulticlassTrainer trainer = Tiny.Multiclass(
            _ml,
            ColumnKind.Matrix,
            options =>
            {
                Tiny.LearnWell(options);
                options.BatchSize = 100;
            }
        );
        using RnnMulticlassTransformer learnt = trainer.Fit(_data);
        using RnnMulticlassTransformer continued = trainer.Fit(_data, learnt.Model);

        LearningRateCurve curve = trainer.FindLearningRate(_data, modelParameters: learnt.Model);

        Assert.That(curve.Points[0].Loss, Is.EqualTo(continued.Model.History.Epochs[0].TrainingLoss));
    }

    [Test]
    public void With_a_ValidationSet_all_rows_are_trained_on()
    {
        Action<RnnOptions> configure = options => (options.BatchSize, options.Seed) = (100, 1);
        LearningRateCurve own = Tiny.Multiclass(_ml, configure: configure + (options => options.ValidationSet = _data))
            .FindLearningRate(_data, steps: 20);
        LearningRateCurve none = Tiny.Multiclass(_ml, configure: configure + (options => options.ValidationFraction = 0))
            .FindLearningRate(_data, steps: 20);
        LearningRateCurve heldOut = Tiny.Multiclass(_ml, configure: configure).FindLearningRate(_data, steps: 20);

        Assert.That(own.Points[0].Loss, Is.EqualTo(none.Points[0].Loss));
        Assert.That(own.Points[0].Loss, Is.Not.EqualTo(heldOut.Points[0].Loss));
    }

    [Test]
    public void It_leaves_no_checkpoint_and_reports_no_epoch()
    {
        using var folder = new TemporaryFolder();
        var epochs = new List<EpochReport>();
        Tiny.Multiclass(
                _ml,
                configure: options =>
                {
                    options.CheckpointPath = folder.PathOf("training.checkpoint");
                    options.CheckpointInterval = TimeSpan.Zero;
                    options.Progress = new OnEpoch(epochs.Add);
                }
            )
            .FindLearningRate(_data);

        Assert.That(Directory.EnumerateFileSystemEntries(folder.FullName), Is.Empty);
        Assert.That(epochs, Is.Empty);
    }

    [Test]
    public void The_log_tells_what_was_found()
    {
        var log = new LogCapture(_ml);
        LearningRateCurve curve = Tiny.Multiclass(_ml).FindLearningRate(_data);
        Assert.That(log.Messages, Has.Some.Contains($"{curve}."));
    }

    [Test]
    public void A_cancelled_test_throws_whatever_OnCancellation_says()
    {
        RnnMulticlassTrainer trainer = Tiny.Multiclass(
            _ml,
            configure: options =>
                (options.CancellationToken, options.OnCancellation) = (
                    new CancellationToken(canceled: true),
                    CancellationBehavior.ReturnBest
                )
        );
        Assert.That(() => trainer.FindLearningRate(_data), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(0f, 1f, 100, "minLearningRate is 0; it must be above 0.")]
    [TestCase(float.NaN, 1f, 100, "minLearningRate is NaN; it must be above 0.")]
    [TestCase(2f, 1f, 100, "maxLearningRate is 1; it must be above minLearningRate, which is 2.")]
    [TestCase(1f, float.PositiveInfinity, 100, "maxLearningRate is ∞; it must be above minLearningRate, which is 1.")]
    [TestCase(1e-3f, 1f, 19, "steps is 19; it must be at least 20, because the first ten are ignored.")]
    public void A_range_that_is_none_is_refused(float min, float max, int steps, string message)
    {
        Assert.That(
            () => Tiny.Multiclass(_ml).FindLearningRate(_data, min, max, steps),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith(message.Replace("∞", $"{float.PositiveInfinity}", StringComparison.Ordinal))
        );
    }

    [Test]
    public void A_column_that_is_missing_is_named()
    {
        Assert.That(
            () => Tiny.Multiclass(_ml, configure: options => options.FeatureColumnName = "Nowhere").FindLearningRate(_data),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Could not find feature column 'Nowhere'")
        );
    }
}
