using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Experiments whose trials torch trains on a device: one after another, paused and resumed there.</summary>
[TestFixture("cpu")]
[TestFixture("cuda", Category = Cuda.Category)]
public sealed class ExperimentOnDeviceTests(string device)
{
    private readonly MLContext _ml = new(seed: 1);

    [OneTimeSetUp]
    public void SkipWithoutDevice() => Cuda.SkipWithout(device);

    [Test]
    public void It_finds_a_model_that_ML_NET_saves_and_loads()
    {
        IDataView train = TinyData.Load(_ml, 60),
            test = TinyData.Load(_ml, 60, seed: 2);

        ExperimentResult<MulticlassClassificationMetrics> result = Run(train, settings => settings.MaxModels = 10);

        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That(
            result.RunDetails.Select(run => run.IsComplete).Distinct().Count(),
            Is.EqualTo(2),
            "Some are paused for good, some go on."
        );
        ITransformer loaded = SavedModel.Load(_ml, SavedModel.Bytes(_ml, result.BestRun.Model!, train.Schema), out _);
        Assert.That(_ml.MulticlassClassification.Evaluate(loaded.Transform(test), TinyData.ClassLabel).MicroAccuracy, Is.GreaterThan(0.9));
    }

    [Test]
    public void A_trial_goes_on_from_where_it_was_paused()
    {
        IDataView data = TinyData.Load(_ml);
        // The same trials with comparisons on their way, and trained at a stretch; the first is that in any case.
        ExperimentResult<MulticlassClassificationMetrics> Search(SearchMethod search) =>
            Run(data, settings => (settings.MaxModels, settings.Search) = (4, search));
        RunDetail<MulticlassClassificationMetrics>[] goneOn =
        [
            .. Search(SearchMethod.Hyperband).RunDetails.Skip(1).Where(run => run.IsComplete),
        ];
        ExperimentResult<MulticlassClassificationMetrics> whole = Search(SearchMethod.Random);

        Assert.That(goneOn, Has.Length.EqualTo(1));
        // A GPU adds up gradients in an order of the moment.
        Assert.That(
            goneOn[0].ValidationLoss,
            Is.EqualTo(whole.RunDetails[goneOn[0].Trial].ValidationLoss).Within(device == "cpu" ? 0 : 1e-3)
        );
    }

    private ExperimentResult<MulticlassClassificationMetrics> Run(IDataView train, Action<MulticlassExperimentSettings> change)
    {
        var settings = new MulticlassExperimentSettings
        {
            MaxEpochs = 8,
            Folds = 2,
            Seed = 1,
            SearchSpace = new SearchSpace().Choice("Cell", CellKind.Gru, CellKind.Lstm).Range("HiddenSize", 4, 16),
        };
        RnnMulticlassTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.LabelColumnName, options.HiddenSize, options.BatchSize) = (
            nameof(SequenceRow.Matrix),
            TinyData.ClassLabel,
            8,
            8
        );
        (options.LearningRate, options.Engine, options.Device, options.AllowTensorFloat32, options.EnsembleSize) = (
            0.02f,
            EngineKind.Torch,
            device,
            false,
            1
        );
        change(settings);
        return _ml.Rnn().CreateMulticlassExperiment(settings).Execute(train);
    }
}
