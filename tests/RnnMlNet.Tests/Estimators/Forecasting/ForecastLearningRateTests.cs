using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>Learning rate range tests of forecasters.</summary>
[TestFixture]
public class ForecastLearningRateTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data() => TinySeries.Load(_ml);

    [Test]
    public void A_forecaster_learns_at_the_suggested_rate([Values] ForecastModel model)
    {
        LearningRateCurve curve = TinySeries.Estimator(_ml, o => o.Model = model).FindLearningRate(Data());

        Assert.That(curve.Points[0].LearningRate, Is.EqualTo(1e-6f));
        Assert.That(curve.Suggestion, Is.InRange(1e-4f, 0.5f));
        Assert.That($"{curve.Plot()}", Does.Contain("Learning rate").IgnoreCase);
        RnnForecastingTransformer learnt = TinySeries
            .Estimator(_ml, o => (o.Model, o.LearningRate, o.MaxEpochs) = (model, curve.Suggestion, 40))
            .Fit(Data());
        Assert.That(learnt.History.Epochs[^1].TrainingLoss, Is.LessThan(0.5 * curve.Points[0].Loss));
    }

    [Test]
    public void It_is_the_training_that_Fit_begins([Values] bool triesResiduals)
    {
        RnnForecastingEstimator estimator = TinySeries.Estimator(
            _ml,
            o => (o.MaxEpochs, o.BatchSize, o.Residual) = (1, 1000, triesResiduals ? null : ForecastResidual.LastValue)
        );
        double first = estimator.Fit(Data()).History.Epochs[0].TrainingLoss;

        Assert.That(estimator.FindLearningRate(Data()).Points[0].Loss, Is.EqualTo(first));
    }

    [Test]
    public void It_may_continue_from_a_model()
    {
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml, o => (o.MaxEpochs, o.BatchSize) = (20, 1000));
        RnnForecastingTransformer previous = estimator.Fit(Data());
        double first = estimator.Fit(Data(), previous).History.Epochs[0].TrainingLoss;

        Assert.That(estimator.FindLearningRate(Data(), previousModel: previous).Points[0].Loss, Is.EqualTo(first));
        Refused.Argument(
            () => TinySeries.Estimator(_ml, o => o.HiddenSize = 4).FindLearningRate(Data(), previousModel: previous),
            "The previous model is of another network: HiddenSize is 8 in it, 4 here. Set the options to its values."
        );
    }

    [Test]
    public void The_same_estimator_finds_the_same_curve_and_fits_the_same_model_afterwards()
    {
        void Configure(Options o) => (o.Dropout, o.EnsembleSize) = (0.2f, 2);
        var untested = SavedModel.Entries(_ml, TinySeries.Estimator(_ml, Configure).Fit(Data()), Data().Schema);
        RnnForecastingEstimator estimator = TinySeries.Estimator(_ml, Configure);
        LearningRateCurve curve = estimator.FindLearningRate(Data()),
            again = estimator.FindLearningRate(Data());

        Assert.That(again.Points, Is.EqualTo(curve.Points));
        Assert.That(SavedModel.Entries(_ml, estimator.Fit(Data()), Data().Schema), Is.EqualTo(untested));
    }

    [Test]
    public void Both_engines_find_the_same_curve([Values(ForecastModel.Segments, ForecastModel.Direct)] ForecastModel model)
    {
        LearningRateCurve simd = On(EngineKind.Simd),
            torch = On(EngineKind.Torch);

        Assert.That(simd.Points.Select(point => point.Loss), Is.EqualTo(torch.Points.Select(point => point.Loss)).Within(1e-3));
        Assert.That(simd.Points, Has.Count.EqualTo(60));

        LearningRateCurve On(EngineKind engine) =>
            TinySeries
                .Estimator(_ml, o => (o.Engine, o.Model) = (engine, model))
                .FindLearningRate(Data(), maxLearningRate: 0.01f, steps: 60);
    }

    [Test]
    public void It_leaves_no_checkpoint_reports_no_epoch_and_the_log_tells_what_was_found()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        using var folder = new TemporaryFolder();
        var epochs = new List<EpochReport>();
        LearningRateCurve curve = TinySeries
            .Estimator(
                ml,
                o =>
                {
                    (o.CheckpointPath, o.CheckpointInterval) = (folder.PathOf("training.checkpoint"), TimeSpan.Zero);
                    o.Progress = new OnEpoch(epochs.Add);
                }
            )
            .FindLearningRate(Data());

        Assert.That(Directory.EnumerateFileSystemEntries(folder.FullName), Is.Empty);
        Assert.That(epochs, Is.Empty);
        Assert.That(log.Messages, Has.One.EndsWith($"{curve}."));
    }

    [Test]
    public void A_cancelled_test_throws_whatever_OnCancellation_says() =>
        Assert.That(
            () =>
                TinySeries
                    .Estimator(
                        _ml,
                        o =>
                            (o.CancellationToken, o.OnCancellation) = (
                                new CancellationToken(canceled: true),
                                CancellationBehavior.ReturnBest
                            )
                    )
                    .FindLearningRate(Data()),
            Throws.InstanceOf<OperationCanceledException>()
        );

    [TestCase(0f, 1f, 100, "minLearningRate is 0; it must be above 0.")]
    [TestCase(2f, 1f, 100, "maxLearningRate is 1; it must be above minLearningRate, which is 2.")]
    [TestCase(1e-3f, 1f, 19, "steps is 19; it must be at least 20, because the first ten are ignored.")]
    public void A_range_that_is_none_is_refused(float min, float max, int steps, string message) =>
        Refused.Argument(() => TinySeries.Estimator(_ml).FindLearningRate(Data(), min, max, steps), message);

    [Test]
    public void A_column_that_is_missing_is_named() =>
        Refused.Argument(() => TinySeries.Estimator(_ml, o => o.PastColumnNames = ["Nowhere"]).FindLearningRate(Data()), "'Nowhere'");
}
