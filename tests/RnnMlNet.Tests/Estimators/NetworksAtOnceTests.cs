using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Networks of small mini-batches are trained at the same time, and nobody can tell by what comes of it.</summary>
public class NetworksAtOnceTests
{
    private const int Networks = 4, Epochs = 3;

    private readonly MLContext _ml = new(seed: 1);

    private RnnMulticlassTrainer Trainer(int threads, IProgress<EpochReport>? progress = null, Action<RnnOptions>? configure = null) => Tiny.Multiclass(_ml, configure: options =>
    {
        (options.Networks, options.MaxEpochs, options.Seed, options.Threads, options.Progress) = (Networks, Epochs, 7, threads, progress);
        (options.HeadDropout, options.ValidationFraction) = (0.2f, null);
        configure?.Invoke(options);
    });

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

        Trainer(threads: 4, new Reports(report => epochs.Add(report.Epoch))).Fit(TinyData.Load(_ml));

        Assert.That(epochs, Is.EqualTo(Enumerable.Range(0, Networks).SelectMany(_ => Enumerable.Range(1, Epochs))));
        string[] told = [.. log.Messages.Select(LogCapture.Sentence).Where(message => message.StartsWith("Training network", StringComparison.Ordinal) || message.StartsWith("Epoch ", StringComparison.Ordinal))];
        Assert.That(told.Select(message => message.Split(':')[0].Split(" on ")[0]), Is.EqualTo(
            Enumerable.Range(1, Networks).SelectMany(network => (string[])[$"Training network {network} of {Networks}", .. Enumerable.Range(1, Epochs).Select(epoch => $"Epoch {epoch}/{Epochs}")])));
    }

    [Test]
    public void What_Progress_throws_ends_the_Fit([Values(1, 5)] int report)
    {
        int count = 0;
        var progress = new Reports(_ =>
        {
            if (++count == report)
                throw new InvalidTimeZoneException("of the user");
        });

        Assert.That(() => Trainer(threads: 4, progress).Fit(TinyData.Load(_ml)), Throws.TypeOf<InvalidTimeZoneException>().With.Message.EqualTo("of the user"));
    }

    [Test]
    public void Cancelled_in_the_first_network_it_throws_or_returns_the_best([Values] CancellationBehavior behavior)
    {
        using var source = new CancellationTokenSource();
        RnnMulticlassTrainer trainer = Trainer(threads: 2, new Reports(_ => source.Cancel()),
            options => (options.CancellationToken, options.OnCancellation, options.MaxEpochs) = (source.Token, behavior, 10_000));
        if (behavior == CancellationBehavior.ReturnBest)
            Assert.That(trainer.Fit(TinyData.Load(_ml)).Model.Histories.Single().StopReason, Is.EqualTo(StopReason.Cancelled));
        else
            Assert.That(() => trainer.Fit(TinyData.Load(_ml)), Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Reports(Action<EpochReport> report) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => report(value);
    }
}
