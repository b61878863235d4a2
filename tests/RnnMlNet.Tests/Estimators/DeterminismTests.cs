using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TorchSharp;

namespace RnnMlNet.Tests.Estimators;

/// <summary>The same seed and data give the same model file, byte for byte; another seed another.</summary>
[TestFixture]
public class DeterminismTests
{
    [Test]
    public void The_same_seed_gives_the_same_bytes(
        [Values] TinyTask task,
        [Values(ColumnKind.Matrix, ColumnKind.Ragged, ColumnKind.RaggedTokens)] ColumnKind kind
    )
    {
        var first = Fit(new MLContext(), task, kind, seed: 5);
        Assert.That(Fit(new MLContext(), task, kind, seed: 5), Is.EqualTo(first));
    }

    [Test]
    public void The_contexts_seed_is_the_seed()
    {
        var first = Fit(new MLContext(seed: 3));
        Assert.That(Fit(new MLContext(seed: 3)), Is.EqualTo(first));
    }

    [Test]
    public void Another_seed_gives_another_model()
    {
        var expected = Fit(new MLContext(), seed: 5);
        Assert.That(Fit(new MLContext(), seed: 6), Is.Not.EqualTo(expected));
        Assert.That(Fit(new MLContext(seed: 3)), Is.Not.EqualTo(Fit(new MLContext(seed: 4))));
    }

    [Test]
    public void Fitting_the_same_trainer_again_gives_the_same_bytes()
    {
        var ml = new MLContext();
        IDataView data = TinyData.Load(ml);
        RnnMulticlassTrainer trainer = Tiny.Multiclass(ml, configure: Busy);
        var first = SavedModel.Entries(ml, trainer.Fit(data), data.Schema);
        trainer.Fit(TinyData.Load(ml, count: 30, seed: 8));
        Assert.That(SavedModel.Entries(ml, trainer.Fit(data), data.Schema), Is.EqualTo(first));
    }

    [Test]
    public void Neither_reads_nor_disturbs_the_random_numbers_of_others()
    {
        torch.random.manual_seed(1);
        var model = Fit(new MLContext(), seed: 5);
        float after = torch.rand(1).item<float>();
        torch.random.manual_seed(1);
        float undisturbed = torch.rand(1).item<float>();
        Assert.That(after, Is.EqualTo(undisturbed));

        torch.random.manual_seed(2);
        Assert.That(Fit(new MLContext(), seed: 5), Is.EqualTo(model));
    }

    // TorchSharp does not keep the scalars alive that it hands to libtorch: one that is collected too soon gives another number, or an
    // exception.
    [Test]
    public void A_busy_garbage_collector_does_not_change_the_model([Values] OptimizerKind optimizer)
    {
        IReadOnlyDictionary<string, string> Train()
        {
            var ml = new MLContext();
            IDataView data = TinyData.Load(ml);
            return SavedModel.Entries(
                ml,
                Tiny.Regression(
                        ml,
                        ColumnKind.Ragged,
                        options =>
                        {
                            Busy(options);
                            options.Optimizer = optimizer;
                            options.WeightDecay = 0.01f;
                            options.MaxEpochs = 10;
                            options.Seed = 5;
                        }
                    )
                    .Fit(data),
                data.Schema
            );
        }
        var expected = Train();
        using var stop = new CancellationTokenSource();
        Task collecting = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    GC.Collect(0);
                    GC.WaitForPendingFinalizers();
                }
            },
            TaskCreationOptions.LongRunning
        );
        try
        {
            for (int round = 0; round < 2; round++)
                Assert.That(Train(), Is.EqualTo(expected));
        }
        finally
        {
            stop.Cancel();
            collecting.Wait();
        }
    }

    [Test]
    public void Changing_the_options_afterwards_does_not_change_the_trainer()
    {
        var ml = new MLContext();
        IDataView data = TinyData.Load(ml);
        var options = Tiny.Options(new RnnRegressionTrainer.Options { HeadHiddenSizes = [3], Seed = 5 }, TinyTask.Regression);
        RnnRegressionTrainer trainer = ml.Regression.Trainers.Rnn(options);
        var expected = SavedModel.Entries(ml, trainer.Fit(data), data.Schema);
        options.HeadHiddenSizes![0] = 7;
        options.HiddenSize = 9;
        options.MaxEpochs = 1;
        Assert.That(SavedModel.Entries(ml, trainer.Fit(data), data.Schema), Is.EqualTo(expected));
    }

    private static IReadOnlyDictionary<string, string> Fit(
        MLContext ml,
        TinyTask task = TinyTask.Multiclass,
        ColumnKind kind = ColumnKind.Ragged,
        int? seed = null
    )
    {
        IDataView data = TinyData.Load(ml);
        ITransformer model = Tiny.Trainer(
                ml,
                task,
                kind,
                options =>
                {
                    Busy(options);
                    options.Seed = seed;
                }
            )
            .Fit(data);
        return SavedModel.Entries(ml, model, data.Schema);
    }

    // Everything that draws random numbers: initial weights, order, validation rows, all dropouts.
    private static void Busy(RnnOptions options)
    {
        options.Layers = 2;
        options.Dropout = 0.2f;
        options.RecurrentDropout = 0.2f;
        options.InputDropout = 0.1f;
        options.HeadDropout = 0.3f;
        options.HeadHiddenSizes = [5];
        options.Bidirectional = true;
    }
}
