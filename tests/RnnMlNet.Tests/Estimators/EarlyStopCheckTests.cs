using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Estimators;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>Options that end training too early, or let a dozen rows decide, are warned of; what Fit chooses itself is not.</summary>
public class EarlyStopCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    private string[] Warnings(Action<RnnOptions> configure)
    {
        var log = new LogCapture(_ml);
        var options = new RnnMulticlassTrainer.Options
        {
            LabelColumnName = TinyData.ClassLabel,
            FeatureColumnName = "Matrix",
            Seed = 1,
        };
        configure(options);
        _ml.MulticlassClassification.Trainers.Rnn(options).Fit(TinyData.Load(_ml));
        return
        [
            .. log
                .Warnings.Select(LogCapture.Sentence)
                .Where(warning =>
                    warning.StartsWith("The loss of", StringComparison.Ordinal)
                    || warning.StartsWith("Training ended", StringComparison.Ordinal)
                ),
        ];
    }

    [Test]
    public void Early_stopping_by_a_few_rows_on_the_plateau() =>
        Assert.That(
            Warnings(o =>
                (o.ValidationFraction, o.EarlyStoppingPatience, o.EarlyStoppingMinDelta, o.MaxEpochs, o.BatchSize) = (0.1, 2, 10, 100, 16)
            ),
            Is.EqualTo(
                new[]
                {
                    "The loss of 5 validation rows, which is mostly chance, decides when training ends: leave ValidationFraction and "
                        + "EarlyStoppingPatience null, or validate on 30 rows or more.",
                    "Training ended after 3 epochs of 3 updates of the weights, EarlyStoppingPatience being 2 epochs: recurrent networks "
                        + "begin on a plateau that is often longer. Leave it null, or set it to 100, which is 300 updates.",
                }
            )
        );

    [Test]
    public void Best_weights_by_a_few_rows() =>
        Assert.That(
            Warnings(o => (o.ValidationFraction, o.RestoreBestWeights, o.MaxEpochs, o.EnsembleSize) = (0.1, true, 3, 1)),
            Is.EqualTo(
                new[]
                {
                    "The loss of 5 validation rows, which is mostly chance, decides which epoch's weights are kept: leave "
                        + "ValidationFraction and EarlyStoppingPatience null, or validate on 30 rows or more.",
                }
            )
        );

    [Test]
    public void A_cancelled_training_did_not_stop_early() =>
        Assert.That(
            Warnings(o =>
            {
                (o.ValidationFraction, o.EarlyStoppingPatience, o.OnCancellation) = (0.1, 50, CancellationBehavior.ReturnBest);
                OnEpoch.CancelAfter(o, 1);
            }),
            Has.None.StartsWith("Training ended")
        );

    [Test]
    public void Defaults_are_not_warned_of() => Assert.That(Warnings(o => o.MaxEpochs = 3), Is.Empty);
}
