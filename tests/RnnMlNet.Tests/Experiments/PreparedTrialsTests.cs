using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Experiments;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Trials that read the rows in another way: several time steps at once, rare tokens as one; and what their models are.</summary>
public class PreparedTrialsTests
{
    [Test]
    public void Steps_are_read_at_once_in_trials_and_in_the_model([Values(1, 2, 3)] int patchLength, [Values] bool refit)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60);

        ExperimentResult<MulticlassClassificationMetrics> result = Run(
            ml,
            data,
            nameof(SequenceRow.Matrix),
            new SearchSpace().Choice("PatchLength", patchLength),
            settings => settings.Refit = refit
        );

        TrainedNetwork network = Network(result.BestRun.Model!);
        // The first trial is of what is chosen from the rows, which have few steps.
        int expected = result.BestRun.Trial == 0 ? 1 : patchLength;
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That((network.Shape.PatchLength, network.Shape.Features), Is.EqualTo((expected, expected * SequenceRow.Features)));
        byte[] saved = SavedModel.Bytes(ml, result.BestRun.Model!, data.Schema);
        Assert.That(
            ml.MulticlassClassification.Evaluate(
                ml.Model.Load(new MemoryStream(saved), out _).Transform(data),
                TinyData.ClassLabel
            ).MicroAccuracy,
            Is.GreaterThan(0.8)
        );
    }

    [Test]
    public void Trials_of_several_lengths_are_what_they_are_alone()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60);
        ExperimentResult<MulticlassClassificationMetrics> Of(int patchLength, int slots) =>
            Run(
                ml,
                data,
                nameof(SequenceRow.Matrix),
                new SearchSpace().Choice("PatchLength", 1, 2, 3).AddInitialTrial(("PatchLength", patchLength)),
                settings => (settings.MaxModels, settings.ConcurrentTrials) = (9, slots)
            );

        var one = Of(2, slots: 1);
        var four = Of(2, slots: 4);

        Assert.That(one.RunDetails.Skip(2).Select(run => run.Parameters["PatchLength"]).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(four.RunDetails.Select(Told), Is.EqualTo(one.RunDetails.Select(Told)));
        Assert.That(
            one.RunDetails[1].ValidationLoss,
            Is.Not.EqualTo(one.RunDetails[0].ValidationLoss),
            "Two steps at once are another network."
        );
    }

    [Test]
    public void Where_rows_to_validate_on_are_given_they_are_read_as_the_others()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60),
            validation = TinyData.Load(ml, 30, seed: 2);
        var settings = new RegressionExperimentSettings
        {
            MaxModels = 1,
            MaxEpochs = 4,
            Seed = 1,
            SearchSpace = new SearchSpace().Choice("HiddenSize", 4),
        };
        (settings.Options.FeatureColumnName, settings.Options.PatchLength, settings.Options.HiddenSize) = (
            nameof(SequenceRow.Matrix),
            2,
            4
        );

        ExperimentResult<RegressionMetrics> result = ml.Rnn()
            .CreateRegressionExperiment(settings)
            .Execute(data, validation, nameof(SequenceRow.Number));

        RegressionMetrics measured = ml.Regression.Evaluate(result.BestRun.Model!.Transform(validation), nameof(SequenceRow.Number));
        Assert.That(
            result.BestRun.ValidationMetrics!.MeanSquaredError,
            Is.EqualTo(measured.MeanSquaredError).Within(1e-5 * measured.MeanSquaredError)
        );
    }

    // The key has tokens that no row has: with MinTokenCount they all are one, and their embeddings are the same.
    [Test]
    public void Rare_tokens_are_trained_as_one_and_have_one_embedding([Values] bool refit)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60);

        ExperimentResult<MulticlassClassificationMetrics> result = Run(
            ml,
            data,
            nameof(SequenceRow.Tokens),
            new SearchSpace().Choice("HiddenSize", 4),
            settings =>
            {
                (settings.MaxModels, settings.Refit) = (1, refit);
                settings.Options.MinTokenCount = 60;
            }
        );

        foreach (TrainedNetwork network in Network(result.BestRun.Model!).Members)
        {
            NamedTensor embedding = network.Weights.Tensors.Single(tensor => tensor.Name == WeightLayout.Embedding);
            int width = embedding.Shape[1];
            int distinct = embedding.Values.Chunk(width).Select(values => string.Join(' ', values)).Distinct().Count();
            Assert.That(distinct, Is.LessThan(embedding.Shape[0]));
        }
    }

    [Test]
    public void A_copy_of_the_rows_is_made_once_and_those_that_nobody_uses_make_room()
    {
        var ml = new MLContext(seed: 1);
        var options = new RnnMulticlassTrainer.Options
        {
            FeatureColumnName = nameof(SequenceRow.Matrix),
            LabelColumnName = TinyData.ClassLabel,
        };
        var trainer = (ISequenceTrainer)ml.MulticlassClassification.Trainers.Rnn(options);
        FitRows rows = trainer.NewFit().Read(TinyData.Load(ml), null);
        DataProfile profile = DataProfile.Of(rows, trainer.Task);
        SequenceSettings settings = new SequenceDefaults(options, trainer.Task, profile, null).Resolve();
        using var prepared = new PreparedRows(new TestHost().Host, rows, StoreSettings.Of(null, null));

        using (PreparedRows.Lease plain = prepared.Rent(settings with { PatchLength = 1 }))
            Assert.That(plain.Rows, Is.SameAs(rows));
        using PreparedRows.Lease held = prepared.Rent(settings with { PatchLength = 2 });
        using (PreparedRows.Lease again = prepared.Rent(settings with { PatchLength = 2 }))
            Assert.That(again.Rows, Is.SameAs(held.Rows));
        for (int length = 3; length < 12; length++)
            prepared.Rent(settings with { PatchLength = length }).Dispose();

        Assert.That(prepared.Copies, Is.EqualTo(4), "The one that is used, and three others.");
        Assert.That(held.Rows.Store.Length(0), Is.EqualTo(Patch.Steps(rows.Store.Length(0), 2)));
    }

    // A third of the labels is wrong, so that a network that is sure is wrong to be so.
    [Test]
    public void A_classifiers_probabilities_are_calibrated_on_what_was_held_out([Values] bool refit, [Values] bool isBinary)
    {
        var ml = new MLContext(seed: 1);
        SequenceRow[] rows = Noisy(90, seed: 1),
            test = Noisy(300, seed: 2);

        var (temperature, loss) = isBinary ? Binary(ml, rows, test, refit, null) : Multiclass(ml, rows, test, refit, null);
        var (none, uncalibrated) = isBinary ? Binary(ml, rows, test, refit, false) : Multiclass(ml, rows, test, refit, false);

        Assert.That(none, Is.Null);
        Assert.That(temperature, Is.GreaterThan(1.1));
        Assert.That(loss, Is.LessThan(uncalibrated - 0.02));
    }

    private static SequenceRow[] Noisy(int count, int seed)
    {
        SequenceRow[] rows = TinyData.Rows(count, seed);
        var random = new Random(seed);
        foreach (SequenceRow row in rows.Where(_ => random.Next(3) == 0))
        {
            row.Class = rows[random.Next(count)].Class;
            row.Positive = random.Next(2) == 0;
        }
        return rows;
    }

    private static (double? Temperature, double LogLoss) Multiclass(
        MLContext ml,
        SequenceRow[] rows,
        SequenceRow[] test,
        bool refit,
        bool? calibrate
    )
    {
        ExperimentResult<MulticlassClassificationMetrics> result = Run(
            ml,
            TinyData.Load(ml, rows),
            nameof(SequenceRow.Matrix),
            new SearchSpace().Choice("HiddenSize", 16),
            settings =>
            {
                (settings.MaxModels, settings.MaxEpochs, settings.Refit) = (1, 60, refit);
                (settings.Options.Calibrate, settings.Options.HiddenSize, settings.Options.EnsembleSize) = (calibrate, 16, 1);
            }
        );
        return (
            Network(result.BestRun.Model!).History.Temperature,
            ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(TinyData.Load(ml, test)), TinyData.ClassLabel).LogLoss
        );
    }

    private static (double? Temperature, double LogLoss) Binary(
        MLContext ml,
        SequenceRow[] rows,
        SequenceRow[] test,
        bool refit,
        bool? calibrate
    )
    {
        var settings = new BinaryExperimentSettings
        {
            MaxModels = 1,
            MaxEpochs = 60,
            Folds = 3,
            Seed = 1,
            Refit = refit,
            SearchSpace = new SearchSpace().Choice("HiddenSize", 16),
        };
        RnnBinaryTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.HiddenSize, options.LearningRate, options.Calibrate, options.EnsembleSize) = (
            nameof(SequenceRow.Matrix),
            16,
            0.02f,
            calibrate,
            1
        );
        ExperimentResult<BinaryClassificationMetrics> result = ml.Rnn()
            .CreateBinaryExperiment(settings)
            .Execute(ml.Data.LoadFromEnumerable(rows), nameof(SequenceRow.Positive));
        IDataView scored = result.BestRun.Model!.Transform(ml.Data.LoadFromEnumerable(test));
        return (
            ((RnnBinaryTransformer)result.BestRun.Model!).Model.Network.History.Temperature,
            ml.BinaryClassification.Evaluate(scored, nameof(SequenceRow.Positive)).LogLoss
        );
    }

    private static TrainedNetwork Network(ITransformer model) => ((RnnMulticlassTransformer)model).Model.Network;

    private static ExperimentResult<MulticlassClassificationMetrics> Run(
        MLContext ml,
        IDataView data,
        string features,
        SearchSpace space,
        Action<MulticlassExperimentSettings> change
    )
    {
        var settings = new MulticlassExperimentSettings
        {
            MaxModels = 4,
            MaxEpochs = 9,
            Folds = 3,
            Seed = 1,
            SearchSpace = space,
        };
        RnnMulticlassTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.LabelColumnName, options.HiddenSize, options.BatchSize, options.LearningRate, options.Device) =
            (features, TinyData.ClassLabel, 8, 8, 0.02f, "cpu");
        change(settings);
        return ml.Rnn().CreateMulticlassExperiment(settings).Execute(data);
    }

    private static (int, int, double, double?) Told(RunDetail<MulticlassClassificationMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.LogLoss);
}
