using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Ensembles with small mini-batches train their members concurrently, with the result of sequential training.</summary>
public class NetworksAtOnceTests
{
    private const int EnsembleSize = 4,
        Epochs = 3;

    private readonly MLContext _ml = new(seed: 1);

    private RnnMulticlassTrainer Trainer(int threads, IProgress<EpochReport>? progress = null, Action<RnnOptions>? configure = null) =>
        Tiny.Multiclass(
            _ml,
            configure: options =>
            {
                (options.EnsembleSize, options.MaxEpochs, options.Seed, options.Threads, options.Progress) = (
                    EnsembleSize,
                    Epochs,
                    7,
                    threads,
                    progress
                );
                (options.HeadDropout, options.ValidationFraction) = (0.2f, null);
                configure?.Invoke(options);
            }
        );

    [Test]
    public void The_model_is_the_same_to_the_bit_on_any_number_of_threads()
    {
        IDataView data = TinyData.Load(_ml);
        float[][] alone = Scores.Of(Trainer(threads: 1).Fit(data), data);

        foreach (int threads in (int[])[2, 3, 8])
            Assert.That(Scores.Of(Trainer(threads).Fit(data), data), Is.EqualTo(alone), $"{threads} threads");
    }

    [Test]
    public void Progress_and_log_tell_of_one_network_after_the_other()
    {
        var epochs = new List<int>();
        var log = new LogCapture(_ml);

        Trainer(threads: 4, new OnEpoch(report => epochs.Add(report.Epoch))).Fit(TinyData.Load(_ml));

        Assert.That(epochs, Is.EqualTo(Enumerable.Range(0, EnsembleSize).SelectMany(_ => Enumerable.Range(1, Epochs))));
        string[] told =
        [
            .. log.Messages.Select(LogCapture.Sentence).Where(text => text.StartsWith("Training network", StringComparison.Ordinal)),
        ];
        Assert.That(
            told.Select(message => message.Split(',')[0].Split(" on ")[0]),
            Is.EqualTo(Enumerable.Range(1, EnsembleSize).SelectMany(network => LinesOf($"Training network {network} of {EnsembleSize}")))
        );
    }

    private static IEnumerable<string> LinesOf(string training) =>
        [training, .. Enumerable.Range(1, Epochs).Select(epoch => $"{training}: epoch {epoch}/{Epochs}")];

    [Test]
    public void What_Progress_throws_ends_the_Fit([Values(1, 5)] int report)
    {
        int count = 0;
        var progress = new OnEpoch(_ =>
        {
            if (++count == report)
                throw new InvalidTimeZoneException("of the user");
        });

        Assert.That(
            () => Trainer(threads: 4, progress).Fit(TinyData.Load(_ml)),
            Throws.TypeOf<InvalidTimeZoneException>().With.Message.EqualTo("of the user")
        );
    }

    [Test]
    [Repeat(20)]
    public void Whichever_network_sees_the_cancellation_first_the_best_of_the_first_comes_back()
    {
        RnnMulticlassTrainer trainer = Trainer(
            threads: 4,
            configure: options =>
            {
                (options.OnCancellation, options.MaxEpochs) = (CancellationBehavior.ReturnBest, 10_000);
                OnEpoch.CancelAfter(options, 5);
            }
        );

        Assert.That(trainer.Fit(TinyData.Load(_ml)).Model.Histories.Single().StopReason, Is.EqualTo(StopReason.Cancelled));
    }

    [Test]
    public void Cancelled_later_the_networks_that_are_done_come_back_in_their_order()
    {
        IDataView data = TinyData.Load(_ml);
        var all = Trainer(threads: 1).Fit(data).Model.Network.Members;

        var done = Trainer(
                threads: 2,
                configure: options =>
                {
                    options.OnCancellation = CancellationBehavior.ReturnBest;
                    OnEpoch.CancelAfter(options, Epochs + 1);
                }
            )
            .Fit(data)
            .Model.Network.Members;

        Assert.That(done, Is.Not.Empty.And.Count.LessThanOrEqualTo(EnsembleSize));
        for (int number = 0; number < done.Count; number++)
            Assert.That(done[number].Weights["rnn.weight_hh_l0"], Is.EqualTo(all[number].Weights["rnn.weight_hh_l0"]), $"network {number}");
    }

    [Test]
    public void Cancelled_in_the_first_network_it_throws_or_returns_the_best([Values] CancellationBehavior behavior)
    {
        RnnMulticlassTrainer trainer = Trainer(
            threads: 2,
            configure: options =>
            {
                (options.OnCancellation, options.MaxEpochs) = (behavior, 10_000);
                OnEpoch.CancelAfter(options, 1);
            }
        );
        if (behavior == CancellationBehavior.ReturnBest)
            Assert.That(trainer.Fit(TinyData.Load(_ml)).Model.Histories.Single().StopReason, Is.EqualTo(StopReason.Cancelled));
        else
            Assert.That(() => trainer.Fit(TinyData.Load(_ml)), Throws.InstanceOf<OperationCanceledException>());
    }
}
