using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators;

/// <summary>A Fit with averaged weights: what is validated, what the model gets, and that a checkpoint holds all of it.</summary>
[TestFixture]
public sealed class WeightAveragingFitTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void Validation_is_of_the_averaged_weights_which_are_the_models()
    {
        IDataView validation = TinyData.Load(_ml, count: 40, seed: 2);
        RnnRegressionTransformer model = Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Averaged(options);
                    options.ValidationSet = validation;
                    options.RestoreBestWeights = false;
                    options.EnsembleSize = 1;
                }
            )
            .Fit(TinyData.Load(_ml));

        double rmse = _ml.Regression.Evaluate(model.Transform(validation), Tiny.Label(TinyTask.Regression)).RootMeanSquaredError;
        Assert.That(model.Model.History.Epochs[^1].ValidationMetric, Is.EqualTo(rmse).Within(1e-5));
        Assert.That(model.Model.History.Options["WeightAveraging"], Is.EqualTo("0.8"));
    }

    [Test]
    public void Without_it_nothing_changes_and_it_does_not_change_training()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters plain = Fit(data, null),
            none = Fit(data, 0),
            averaged = Fit(data, 0.8f);
        Assert.That(Weights(none), Is.EqualTo(Weights(plain)));
        Assert.That(Weights(averaged), Is.Not.EqualTo(Weights(plain)));
        Assert.That(TrainingLosses(averaged), Is.EqualTo(TrainingLosses(plain)), "each step's weights are the same");
        Assert.That(plain.History.Options, Does.Not.ContainKey("WeightAveraging"));
    }

    [Test]
    public void A_Fit_that_continues_from_a_model_averages_from_its_weights_on()
    {
        IDataView data = TinyData.Load(_ml);
        RnnRegressionModelParameters previous = Fit(data, 0.8f);
        RnnRegressionTrainer trainer = Tiny.Regression(
            _ml,
            configure: options =>
            {
                Averaged(options);
                (options.LearningRate, options.MaxEpochs, options.WeightDecay) = (1e-20f, 1, 0);
            }
        );
        Assert.That(Weights(trainer.Fit(data, previous).Model), Is.EqualTo(Weights(previous)));
    }

    [Test]
    public void Members_of_an_ensemble_are_averaged_each_and_resumed_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        IDataView data = TinyData.Load(_ml);
        RnnMulticlassTrainer New(Action<RnnOptions>? configure) =>
            Tiny.Multiclass(
                _ml,
                ColumnKind.Tokens,
                options =>
                {
                    Averaged(options);
                    options.EnsembleSize = 2;
                    configure?.Invoke(options);
                }
            );
        var expected = SavedModel.Entries(_ml, New(null).Fit(data), data.Schema);
        string path = folder.PathOf("training.checkpoint");
        using var source = new CancellationTokenSource();
        Assert.That(
            () =>
                New(options =>
                    {
                        (options.CheckpointPath, options.CheckpointInterval) = (path, TimeSpan.Zero);
                        (options.Progress, options.CancellationToken) = (new CancelAt(7, source), source.Token);
                    })
                    .Fit(data),
            Throws.InstanceOf<OperationCanceledException>()
        );
        byte[] file = File.ReadAllBytes(path);

        RnnMulticlassTransformer resumed = New(options => options.CheckpointPath = path).Fit(data);
        Assert.That(SavedModel.Entries(_ml, resumed, data.Schema), Is.EqualTo(expected));
        File.WriteAllBytes(path, file);
        Refused.Operation(
            () => New(options => (options.CheckpointPath, options.WeightAveraging) = (path, 0.9f)).Fit(data),
            "is of another training: WeightAveraging was 0.8, is 0.9."
        );
    }

    private RnnRegressionModelParameters Fit(IDataView data, float? averaging) =>
        Tiny.Regression(
                _ml,
                configure: options =>
                {
                    Averaged(options);
                    options.WeightAveraging = averaging;
                }
            )
            .Fit(data)
            .Model;

    private static void Averaged(RnnOptions options)
    {
        options.WeightAveraging = 0.8f;
        options.MaxEpochs = 4;
        options.LearningRate = 0.02f;
        options.Seed = 5;
    }

    private static float[] Weights(RnnRegressionModelParameters model) =>
        [.. model.Network.Weights.Tensors.SelectMany(tensor => tensor.Values)];

    private static double[] TrainingLosses(RnnRegressionModelParameters model) =>
        [.. model.History.Epochs.Select(epoch => epoch.TrainingLoss)];

    // Reports of all members: the first has four epochs.
    private sealed class CancelAt(int report, CancellationTokenSource source) : IProgress<EpochReport>
    {
        private int _reports;

        public void Report(EpochReport value)
        {
            if (++_reports == report)
                source.Cancel();
        }
    }
}
