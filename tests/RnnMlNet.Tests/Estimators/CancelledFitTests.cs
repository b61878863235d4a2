using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The result of a cancelled Fit states that it is incomplete.</summary>
[TestFixture]
public class CancelledFitTests
{
    private const int EnsembleSize = 3,
        Epochs = 10;

    private readonly MLContext _ml = new(seed: 1);

    private (RnnBinaryTransformer Model, string[] Warnings) Fit(
        int cancelledAfter,
        int threads = 1,
        int networks = EnsembleSize,
        Action<RnnOptions>? configure = null
    )
    {
        var log = new LogCapture(_ml);
        RnnBinaryTransformer model = Tiny.Binary(
                _ml,
                configure: options =>
                {
                    (options.EnsembleSize, options.MaxEpochs, options.Threads) = (networks, Epochs, threads);
                    options.OnCancellation = CancellationBehavior.ReturnBest;
                    OnEpoch.CancelAfter(options, cancelledAfter);
                    configure?.Invoke(options);
                }
            )
            .Fit(TinyData.Load(_ml));
        return (model, Cancellations(log));
    }

    private (RnnForecastingTransformer Model, string[] Warnings) FitForecaster(int cancelledAfter, int networks = EnsembleSize)
    {
        var log = new LogCapture(_ml);
        RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                options =>
                {
                    (options.EnsembleSize, options.TrainOnHeldOut, options.OnCancellation) = (
                        networks,
                        true,
                        CancellationBehavior.ReturnBest
                    );
                    (options.MaxEpochs, options.EarlyStoppingPatience, options.RestoreBestWeights) = (3, 0, false);
                    OnEpoch.CancelAfter(options, cancelledAfter);
                }
            )
            .Fit(TinySeries.Load(_ml));
        return (model, Cancellations(log));
    }

    private static string[] Cancellations(LogCapture log) =>
        [.. log.Warnings.Select(LogCapture.Sentence).Where(text => text.StartsWith("Training was cancelled", StringComparison.Ordinal))];

    [Test]
    public void Of_an_ensemble_the_history_and_the_log_say_so()
    {
        var (model, warnings) = Fit(cancelledAfter: Epochs + 2);

        Assert.That(model.Model.Histories.Select(history => history.StopReason), Is.EqualTo([StopReason.Cancelled]));
        string history = model.Model.History.ToString();
        Assert.That(history, Does.StartWith("Ran 10 epochs in ").And.Contain(", and the rest of the training was cancelled. "));
        Assert.That(warnings, Is.EqualTo(["Training was cancelled: the model is of 1 of 3 networks."]));
    }

    [Test]
    public void Of_two_networks_that_are_done_the_first_says_so()
    {
        var (model, warnings) = Fit(cancelledAfter: 2 * Epochs + 1);

        Assert.That(model.Model.Histories.Select(history => history.StopReason), Is.EqualTo([StopReason.Cancelled, StopReason.MaxEpochs]));
        Assert.That(warnings, Is.EqualTo(["Training was cancelled: the model is of 2 of 3 networks."]));
    }

    [Test]
    public void Of_networks_at_the_same_time_the_history_and_the_log_say_so()
    {
        var (model, warnings) = Fit(cancelledAfter: Epochs + 2, threads: 2, configure: options => options.MaxEpochs = 40);
        int done = model.Model.Histories.Count;

        Assert.That(model.Model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(warnings, Has.Length.EqualTo(1));
        Assert.That(warnings[0], Does.StartWith($"Training was cancelled: the model is of {done} of 3 networks"));
    }

    [Test]
    public void Of_the_first_network_it_is_said_which_epoch_it_is()
    {
        var (model, warnings) = Fit(cancelledAfter: 4);

        Assert.That(model.Model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(
            warnings,
            Is.EqualTo([
                "Training was cancelled: the model is of 1 of 3 networks, which has the weights of "
                    + $"epoch {model.Model.History.BestEpoch}, the best of 4 of 10 epochs.",
            ])
        );
    }

    [Test]
    public void Of_one_network_too()
    {
        var (model, warnings) = Fit(cancelledAfter: 4, networks: 1);

        int best = model.Model.History.BestEpoch;
        Assert.That(
            warnings,
            Is.EqualTo([$"Training was cancelled: the model has the weights of epoch {best}, the best of 4 of 10 epochs."])
        );
    }

    [Test]
    public void What_can_be_gone_on_with_is_said()
    {
        using var folder = new TemporaryFolder();
        var (_, warnings) = Fit(cancelledAfter: Epochs + 2, configure: options => options.CheckpointPath = folder.PathOf("checkpoint"));

        Assert.That(
            warnings,
            Is.EqualTo([
                "Training was cancelled: the model is of 1 of 3 networks. Fit again with the same CheckpointPath to resume from there.",
            ])
        );
    }

    [Test]
    public void Cancelled_after_the_last_epoch_nothing_is_missing()
    {
        var (model, warnings) = Fit(cancelledAfter: EnsembleSize * Epochs);

        IEnumerable<StopReason> reasons = model.Model.Histories.Select(history => history.StopReason);
        Assert.That(reasons, Is.All.EqualTo(StopReason.MaxEpochs).And.Exactly(EnsembleSize).Items);
        Assert.That(warnings, Is.Empty);
    }

    // Of each network three epochs, and then of each one with the held-out steps.
    [TestCase(4, 1, 0, "the model is of 1 of 3 networks")]
    [TestCase(7, 2, 0, "the model is of 2 of 3 networks")]
    [TestCase(9, 3, 0, "the model is of all 3 networks, but 0 of 3 networks were trained further on the held-out steps")]
    [TestCase(10, 3, 1, "the model is of all 3 networks, but 1 of 3 networks was trained further on the held-out steps")]
    public void Of_a_forecaster_the_history_and_the_log_say_so(int cancelledAfter, int networks, int trainedOn, string what)
    {
        var (model, warnings) = FitForecaster(cancelledAfter);

        bool[] expected = [.. Enumerable.Range(0, networks).Select(network => network < trainedOn)];
        Assert.That(model.Histories.Select(history => history.RefitEpochs > 0), Is.EqualTo(expected));
        Assert.That(model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(model.History.ToString(), Does.Contain(", and the rest of the training was cancelled. "));
        Assert.That(warnings, Is.EqualTo([$"Training was cancelled: {what}."]));
    }

    [Test]
    public void Of_a_forecaster_of_one_network_too()
    {
        var (model, warnings) = FitForecaster(cancelledAfter: 3, networks: 1);

        Assert.That(model.History.StopReason, Is.EqualTo(StopReason.Cancelled));
        Assert.That(warnings, Is.EqualTo(["Training was cancelled: the network was not trained further on the held-out steps."]));
    }
}
