using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>
/// Random changes of training rows in a Fit: which rows they are of, that they are the same ones anywhere, and their errors.
/// </summary>
[TestFixture]
public sealed class AugmentationFitTests
{
    private const Augmentation All = Augmentation.Jitter | Augmentation.Scaling | Augmentation.TimeWarp;

    private readonly MLContext _ml = new(seed: 1);

    // Nothing is learnt: losses are those of the initial weights.
    [Test]
    public void Training_rows_are_changed_and_validation_rows_are_not([Values] EngineKind engine, [Values] bool convolved)
    {
        Action<RnnOptions> still = convolved ? Still + Convolved : Still;
        EpochReport[] plain = Epochs(still, engine),
            changed = Epochs(still + Changed, engine);
        Assert.That(Losses(plain), Is.EqualTo(Enumerable.Repeat(plain[0].TrainingLoss, 3)).Within(1e-5));
        Assert.That(Losses(changed), Is.Unique);
        Assert.That(changed.Select(epoch => epoch.ValidationLoss), Is.EqualTo(plain.Select(epoch => epoch.ValidationLoss)));
        Assert.That(Losses(changed), Is.EqualTo(Losses(Epochs(still + Changed, EngineKind.Simd))).Within(1e-4), "on both engines");
    }

    [Test]
    public void Neither_threads_nor_an_interruption_change_a_bit()
    {
        IDataView data = TinyData.Load(_ml);
        var expected = Entries(options => options.Threads = 1, data);
        Assert.That(Entries(options => options.Threads = 3, data), Is.EqualTo(expected));

        using var folder = new TemporaryFolder();
        string path = folder.PathOf("training.checkpoint");
        using var source = new CancellationTokenSource();
        Assert.That(
            () =>
                Entries(
                    options =>
                    {
                        (options.CheckpointPath, options.CheckpointInterval) = (path, TimeSpan.Zero);
                        (options.Progress, options.CancellationToken) = (new CancelAt(2, source), source.Token);
                    },
                    data
                ),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(Entries(options => options.CheckpointPath = path, data), Is.EqualTo(expected));
    }

    [Test]
    public void Patches_and_missing_numbers_are_trained_on()
    {
        TrainingHistory history = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Changed(options);
                    (options.PatchLength, options.MissingValues) = (2, MissingValues.LastValue);
                }
            )
            .Fit(TinyData.Load(_ml))
            .Model.History;
        Assert.That(history.Options["Augmentation"], Is.EqualTo("Jitter, Scaling, TimeWarp"));
        Assert.That(history.Epochs, Has.Count.EqualTo(2));
    }

    [Test]
    public void What_rows_cannot_be_changed_so_is_told()
    {
        IDataView data = TinyData.Load(_ml);
        Refused.Argument(
            () => Tiny.Multiclass(_ml, ColumnKind.Tokens, options => options.Augmentation = Augmentation.Jitter).Fit(data),
            "Augmentation is Jitter, but the rows are a vector of keys with "
        );
        Refused.Argument(
            () => Tiny.MultiLabelTags(_ml, configure: options => options.Augmentation = All).Fit(data),
            "but each step has a label, which it would separate from its step: TimeWarp is not possible; Jitter and Scaling are."
        );
        Refused.Argument(
            () =>
                Tiny.Regression(_ml, configure: options => (options.Augmentation, options.NormalizeBy) = (All, [options.FeatureColumnName]))
                    .Fit(data),
            "but NormalizeBy finds a step's condition by its exact values: TimeWarp is not possible; Jitter and Scaling are."
        );
        Assert.That(
            () =>
                Tiny.MultiLabelTags(_ml, configure: options => options.Augmentation = Augmentation.Jitter | Augmentation.Scaling).Fit(data),
            Throws.Nothing
        );
        Refused.Argument(
            () => Tiny.Regression(_ml, configure: options => options.Augmentation = (Augmentation)64),
            "Augmentation is 64; it must be None, Jitter, Scaling, TimeWarp or several of them combined."
        );
    }

    private EpochReport[] Epochs(Action<RnnOptions> configure, EngineKind engine) =>
        [
            .. Tiny.Regression(
                    _ml,
                    ColumnKind.Ragged,
                    options =>
                    {
                        configure(options);
                        (options.Engine, options.MaxEpochs, options.ValidationFraction, options.Seed) = (engine, 3, 0.25, 5);
                    }
                )
                .Fit(TinyData.Load(_ml))
                .Model.History.Epochs,
        ];

    private static double[] Losses(EpochReport[] epochs) => [.. epochs.Select(epoch => epoch.TrainingLoss)];

    private IReadOnlyDictionary<string, string> Entries(Action<RnnOptions> configure, IDataView data) =>
        SavedModel.Entries(
            new MLContext(),
            Tiny.Regression(
                    _ml,
                    ColumnKind.Ragged,
                    options =>
                    {
                        Changed(options);
                        (options.MaxEpochs, options.Seed, options.LearningRate) = (4, 5, 0.02f);
                        configure(options);
                    }
                )
                .Fit(data),
            data.Schema
        );

    private static Action<RnnOptions> Still { get; } =
        options => (options.LearningRate, options.Optimizer, options.Momentum) = (1e-20f, OptimizerKind.Sgd, 0);

    private static Action<RnnOptions> Convolved { get; } = options => (options.ConvolutionFilters, options.ConvolutionStride) = (6, 2);

    private static Action<RnnOptions> Changed { get; } = options => options.Augmentation = All;

    private sealed class CancelAt(int epoch, CancellationTokenSource source) : IProgress<EpochReport>
    {
        public void Report(EpochReport value)
        {
            if (value.Epoch == epoch)
                source.Cancel();
        }
    }
}
