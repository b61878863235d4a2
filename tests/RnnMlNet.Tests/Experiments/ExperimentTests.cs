using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

/// <summary>What an experiment searches, and the model that it returns.</summary>
[TestFixture]
internal sealed class ExperimentTests : ExperimentFixture
{
    [Test]
    public void The_best_trial_is_as_good_as_the_data_lets_it_be_and_its_model_is_one_of_ML_NETs_own()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = TinyData.Load(ml, 60),
            test = TinyData.Load(ml, 60, seed: 2);

        ExperimentResult<MulticlassClassificationMetrics> result = Multiclass(ml).Execute(train);

        Assert.That(result.BestRun.ValidationMetrics!.MicroAccuracy, Is.GreaterThan(0.9));
        Assert.That(
            result.BestRun.ValidationMetrics.ConfusionMatrix.Counts.Sum(row => row.Sum()),
            Is.EqualTo(60),
            "All rows are held out once."
        );
        byte[] saved = SavedModel.Bytes(ml, result.BestRun.Model!, train.Schema);
        ITransformer loaded = ml.Model.Load(new MemoryStream(saved), out _);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(loaded.Transform(test), TinyData.ClassLabel);
        Assert.That(metrics.MicroAccuracy, Is.GreaterThan(0.9));
        Assert.That(result.BestRun.TrainerName, Is.EqualTo("RnnMulticlassTrainer"));
    }

    [Test]
    public void It_says_of_each_trial_what_it_was_and_what_it_came_to()
    {
        var ml = new MLContext(seed: 1);
        var told = new List<RunDetail<MulticlassClassificationMetrics>>();

        ExperimentResult<MulticlassClassificationMetrics> result = Multiclass(ml)
            .Execute(TinyData.Load(ml), progressHandler: new Reports<RunDetail<MulticlassClassificationMetrics>>(told.Add));

        Assert.That(result.RunDetails.Select(run => run.Trial), Is.EqualTo(Enumerable.Range(0, 30)));
        Assert.That(result.RunDetails[0].Parameters, Is.Empty);
        Assert.That(
            result.RunDetails.Skip(1).Select(run => run.Parameters.Keys),
            Is.All.EquivalentTo(new[] { "Cell", "HiddenSize", "LearningRate" })
        );
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That(result.RunDetails.Select(run => run.RuntimeInSeconds), Is.All.GreaterThan(0));
        // 27 begin with 3 epochs of the first fold, nine of them continue to 8 of both; and so do three from the beginning.
        Assert.That(
            result.RunDetails.Select(run => (run.Epochs, run.Folds)).Order(),
            Is.EqualTo([.. Enumerable.Repeat((3, 1), 18), .. Enumerable.Repeat((8, 2), 12)])
        );
        Assert.That(result.RunDetails.Select(run => run.IsComplete), Is.EqualTo(result.RunDetails.Select(run => run.Folds == 2)));
        Assert.That(result.BestRun.Folds, Is.EqualTo(2));
        Assert.That($"{result.BestRun}", Does.Contain("; 8 epochs of 2 of 2 folds, "));
        Assert.That(told.Select(run => run.Trial), Is.EquivalentTo(Enumerable.Range(0, 30)));
        Assert.That(result.BestRun, Is.SameAs(result.RunDetails[result.BestRun.Trial]));
        Assert.That(result.RunDetails.Where(run => run.Model is not null), Is.EqualTo([result.BestRun]));
        Assert.That(result.Progress[^1].Value, Is.EqualTo(result.BestRun.ValidationMetrics!.MicroAccuracy));
        Assert.That(result.Progress.Select(step => step.Value), Is.Ordered);
        Assert.That(
            $"{result}".Split(Environment.NewLine),
            Has.Length.EqualTo(13)
                .And.ItemAt(0)
                .StartsWith("30 trials (10 shown, all in " + "RunDetails) in ")
                .And.ItemAt(0)
                .EndsWith("compared by MicroAccuracy (higher is better)")
        );
        Assert.That($"{result.RunDetails[0]}", Does.StartWith("trial 0: options as given; "));
    }

    [Test]
    public void The_result_is_the_same_to_the_bit_however_many_trials_run_side_by_side_and_wherever()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        var executor = new CountingExecutor { Slots = 3 };
        ExperimentResult<MulticlassClassificationMetrics> Run(Action<MulticlassExperimentSettings> change)
        {
            MulticlassExperiment experiment = Multiclass(ml, change);
            executor.Worker ??= experiment.OpenWorker(data);
            return experiment.Execute(data);
        }

        var one = Run(settings => settings.ConcurrentTrials = 1);
        var four = Run(settings => settings.ConcurrentTrials = 4);
        var elsewhere = Run(settings => settings.Executor = executor);

        foreach (var other in new[] { four, elsewhere })
        {
            Assert.That(other.RunDetails.Select(Told), Is.EqualTo(one.RunDetails.Select(Told)));
            Assert.That(
                SavedModel.Entries(ml, other.BestRun.Model!, data.Schema),
                Is.EqualTo(SavedModel.Entries(ml, one.BestRun.Model!, data.Schema))
            );
        }
        Assert.That(
            executor.Tasks,
            Has.Count.EqualTo(27 + 2 * (9 + 3)),
            "The first fold of all that began with it, and both of those that went on or came later."
        );
    }

    [Test]
    public void What_the_space_begins_with_is_tried_first_and_to_its_end()
    {
        var ml = new MLContext(seed: 1);

        ExperimentResult<MulticlassClassificationMetrics> result = Multiclass(
                ml,
                settings =>
                {
                    settings.MaxModels = 5;
                    settings.SearchSpace = new SearchSpace()
                        .Choice("Cell", CellKind.Gru, CellKind.Lstm)
                        .Range("HiddenSize", 4, 16)
                        .AddInitialTrial(("Cell", CellKind.Gru), ("HiddenSize", 12));
                }
            )
            .Execute(TinyData.Load(ml));

        Assert.That(result.RunDetails[0].Parameters, Is.Empty);
        Assert.That(
            result.RunDetails[1].Parameters,
            Is.EqualTo(new Dictionary<string, string> { ["Cell"] = "Gru", ["HiddenSize"] = "12" })
        );
        Assert.That(result.RunDetails.Select(run => run.IsComplete).Take(2), Is.All.True);
        Assert.That(result.RunDetails.Skip(2).Select(run => run.IsComplete), Has.Some.False);
    }

    [Test]
    public void A_trial_that_goes_on_goes_on_from_where_it_was_paused()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        // The same trials with comparisons on their way, and trained at a stretch; the first is that in any case.
        ExperimentResult<MulticlassClassificationMetrics> Run(SearchMethod search) =>
            Multiclass(ml, settings => (settings.MaxModels, settings.Search) = (10, search)).Execute(data);
        RunDetail<MulticlassClassificationMetrics>[] goneOn =
        [
            .. Run(SearchMethod.Hyperband).RunDetails.Skip(1).Where(run => run.IsComplete),
        ];
        ExperimentResult<MulticlassClassificationMetrics> whole = Run(SearchMethod.Random);

        Assert.That(goneOn, Has.Length.EqualTo(3));
        Assert.That(goneOn.Select(Told), Is.EqualTo(goneOn.Select(run => Told(whole.RunDetails[run.Trial]))));
    }

    [Test]
    public void A_preFeaturizer_is_part_of_the_model_and_of_the_estimators()
    {
        var ml = new MLContext(seed: 1);
        SequenceRow[] rows = TinyData.Rows();
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        IEstimator<ITransformer> featurizer = ml.Transforms.Conversion.MapValueToKey("Label", nameof(SequenceRow.Class));

        ExperimentResult<MulticlassClassificationMetrics> result = Multiclass(ml).Execute(data, "Label", featurizer);

        Assert.That(ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(data)).MicroAccuracy, Is.GreaterThan(0.8));
        IDataView fitted = result.BestRun.Estimator.Fit(data).Transform(data);
        Assert.That(ml.MulticlassClassification.Evaluate(fitted).MicroAccuracy, Is.GreaterThan(0.8));
    }

    // The loss gets worse after a few epochs, as the network becomes too sure of itself.
    [Test]
    public void By_a_metric_of_decisions_a_trial_is_trained_to_its_end_and_by_the_loss_to_its_lowest()
    {
        var ml = new MLContext(seed: 1);
        SequenceRow[] rows = TinyData.Rows(40);
        foreach (var (place, row) in rows.Index().Where(row => row.Index % 5 == 0))
            row.Class = rows[place + 1].Class;
        IDataView data = TinyData.Load(ml, rows);
        RunDetail<MulticlassClassificationMetrics> Only(MulticlassClassificationMetric metric, int? patience = null) =>
            Multiclass(
                    ml,
                    settings =>
                    {
                        (settings.OptimizingMetric, settings.MaxModels, settings.MaxEpochs, settings.Search) = (
                            metric,
                            1,
                            60,
                            SearchMethod.Random
                        );
                        settings.Options.EarlyStoppingPatience = patience;
                    }
                )
                .Execute(data)
                .BestRun;

        RunDetail<MulticlassClassificationMetrics> decisions = Only(MulticlassClassificationMetric.MicroAccuracy),
            loss = Only(MulticlassClassificationMetric.LogLoss);

        Assert.That((decisions.Epochs, decisions.IsComplete), Is.EqualTo((60, true)));
        Assert.That(loss.ValidationLoss, Is.LessThan(decisions.ValidationLoss));
        Assert.That(loss.IsComplete, Is.True);
        Assert.That(loss.Epochs, Is.LessThan(60));
        Assert.That(
            Only(MulticlassClassificationMetric.MicroAccuracy, patience: 2).Epochs,
            Is.LessThan(loss.Epochs),
            "A patience of the user's own counts."
        );
        Assert.That(
            Histories(decisions).Select(history => (history.Epochs.Count, history.BestEpoch)),
            Is.EqualTo(Enumerable.Repeat((60, 60), 8)),
            "The model is the average of as many networks as a Fit trains."
        );
        Assert.That(Histories(loss).Select(history => history.Epochs.Count), Is.All.LessThan(loss.Epochs));
    }
}
