using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Trials that fail, cancellation, states and rows that are missing, and wrong settings.</summary>
[TestFixture]
internal sealed class ExperimentFailuresTests : ExperimentFixture
{
    [Test]
    public void A_trial_that_fails_is_told_of_and_the_others_go_on()
    {
        var ml = new MLContext(seed: 1);
        // A learning rate at which the weights are soon no numbers.
        ExperimentResult<MulticlassClassificationMetrics> result = Multiclass(
                ml,
                settings =>
                {
                    settings.Options.Optimizer = OptimizerKind.Sgd;
                    settings.Options.GradientClipNorm = 0;
                    settings.SearchSpace = new SearchSpace().Choice("LearningRate", 1e-3f, 1e30f);
                }
            )
            .Execute(TinyData.Load(ml));

        RunDetail<MulticlassClassificationMetrics>[] failed = [.. result.RunDetails.Where(run => run.Exception is not null)];
        Assert.That(failed, Is.Not.Empty);
        Assert.That(failed.Select(run => run.Parameters["LearningRate"]), Is.All.EqualTo("1E+30"));
        Assert.That(failed[0].Exception!.Message, Does.Contain("Try a lower LearningRate"));
        Assert.That((failed[0].ValidationMetrics, failed[0].IsComplete), Is.EqualTo(((MulticlassClassificationMetrics?)null, false)));
        Assert.That(result.BestRun.Exception, Is.Null);
        Assert.That($"{result}", Does.Contain($"{failed.Length} failed, the first: "));
    }

    // All that continue to the second fold fail there, the best of the first fold among them.
    [Test]
    public void Where_the_best_fails_as_it_goes_on_the_next_best_takes_its_place([Values] bool refit)
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        var executor = new CountingExecutor
        {
            After = outcome => outcome.Fold == 1 ? outcome with { Error = "no such fold", IsDone = true } : outcome,
        };
        MulticlassExperiment experiment = Multiclass(
            ml,
            settings => (settings.MaxModels, settings.Refit, settings.Executor) = (27, refit, executor)
        );
        using TrialWorker worker = experiment.OpenWorker(data);
        executor.Worker = worker;

        ExperimentResult<MulticlassClassificationMetrics> result = experiment.Execute(data);

        RunDetail<MulticlassClassificationMetrics>[] left = [.. result.RunDetails.Where(run => run.Exception is null)];
        Assert.That(left, Has.Length.EqualTo(18));
        Assert.That((result.BestRun.Exception, result.BestRun.Folds, result.BestRun.Epochs), Is.EqualTo(((Exception?)null, 1, 3)));
        Assert.That(result.BestRun.ValidationMetrics!.MicroAccuracy, Is.EqualTo(left.Max(run => run.ValidationMetrics!.MicroAccuracy)));
        Assert.That(result.Progress[^1].Trial, Is.EqualTo(result.BestRun.Trial));
        Assert.That(
            ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(data), TinyData.ClassLabel).MicroAccuracy,
            Is.GreaterThan(0.3)
        );
    }

    // Of sixty rows three are positive, and the first of five folds has none of them: there is no area under a curve.
    [Test]
    public void Where_the_first_fold_cannot_be_measured_the_loss_tells_its_trials_apart()
    {
        var ml = new MLContext(seed: 1);
        SequenceRow[] rows = TinyData.Rows(60);
        foreach (var (place, row) in rows.Index())
            row.Positive = place < 3;
        var settings = new BinaryExperimentSettings { OptimizingMetric = BinaryClassificationMetric.AreaUnderRocCurve };
        Set(settings, settings.Options);
        settings.Folds = 5;

        ExperimentResult<BinaryClassificationMetrics> result = ml.Rnn()
            .CreateBinaryExperiment(settings)
            .Execute(ml.Data.LoadFromEnumerable(rows), nameof(SequenceRow.Positive));

        ILookup<int, RunDetail<BinaryClassificationMetrics>> byFolds = result.RunDetails.ToLookup(run => run.Folds);
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
        Assert.That(byFolds[1].Select(run => run.ValidationMetrics), Is.Not.Empty.And.All.Null);
        Assert.That(byFolds[1].Select(run => run.ValidationLoss), Is.All.Not.NaN);
        Assert.That(byFolds[5].Select(run => run.ValidationMetrics), Is.Not.Empty.And.All.Not.Null);
        Assert.That(result.BestRun.Folds, Is.EqualTo(5));
    }

    [Test]
    public void Where_all_fail_the_reason_is_thrown()
    {
        var ml = new MLContext(seed: 1);
        MulticlassExperiment experiment = Multiclass(
            ml,
            settings =>
            {
                (settings.Options.Optimizer, settings.Options.GradientClipNorm, settings.Options.LearningRate) = (
                    OptimizerKind.Sgd,
                    0,
                    1e30f
                );
                settings.SearchSpace = new SearchSpace().Range("HiddenSize", 4, 8);
            }
        );

        var error = Assert.Throws<InvalidOperationException>(() => experiment.Execute(TinyData.Load(ml)));

        Assert.That(
            error!.Message,
            Does.Contain("No trial could be trained. The first that failed, options as given: ").And.Contain("Try a lower LearningRate")
        );
    }

    [Test, CancelAfter(60_000)]
    public void Cancelled_it_gives_the_best_so_far_and_without_one_it_throws()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        using var cancellation = new CancellationTokenSource();
        MulticlassExperiment endless = Multiclass(
            ml,
            settings => (settings.MaxModels, settings.CancellationToken) = (int.MaxValue, cancellation.Token)
        );

        ExperimentResult<MulticlassClassificationMetrics> result = endless.Execute(
            data,
            progressHandler: new Reports<RunDetail<MulticlassClassificationMetrics>>(_ => cancellation.Cancel())
        );

        Assert.That(result.BestRun.Model, Is.Not.Null);
        Assert.That(
            ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(data), TinyData.ClassLabel).MicroAccuracy,
            Is.GreaterThan(0.3)
        );
        Assert.That(() => endless.Execute(data), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_worker_of_other_rows_refuses_the_task_and_the_experiment_says_why()
    {
        var ml = new MLContext(seed: 1);
        var executor = new CountingExecutor();
        MulticlassExperiment experiment = Multiclass(ml, settings => settings.Executor = executor);
        using TrialWorker worker = experiment.OpenWorker(TinyData.Load(ml, 40));
        executor.Worker = worker;

        var error = Assert.Throws<InvalidOperationException>(() => experiment.Execute(TinyData.Load(ml, 48)));

        Assert.That(
            error!.Message,
            Does.Contain(
                $"but the data and settings here are those of {worker.Experiment}: open the worker with the same data, columns, options, "
                    + $"search space and seed."
            )
        );
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        static TestCaseData Case(Action<MulticlassExperimentSettings> change, string sentence) =>
            new TestCaseData(change, sentence).SetArgDisplayNames(sentence);
        yield return Case(settings => settings.MaxExperimentTimeInSeconds = 0, "MaxExperimentTimeInSeconds is 0; it must be at least 1.");
        yield return Case(settings => settings.MaxModels = 0, "MaxModels is 0; it must be at least 1.");
        yield return Case(settings => settings.MaxEpochs = 0, "MaxEpochs is 0; it must be at least 1.");
        yield return Case(settings => settings.Folds = 0, "Folds is 0; it must be at least 1.");
        yield return Case(settings => settings.ConcurrentTrials = 0, "ConcurrentTrials is 0; it must be at least 1.");
        yield return Case(
            settings => settings.CacheDirectoryName = " ",
            "CacheDirectoryName is empty; it must name a folder, or be null for no journal."
        );
        yield return Case(settings => settings.Search = (SearchMethod)7, "Search is 7; it must be one of Bohb, Hyperband, Random.");
        yield return Case(settings => settings.SearchSpace = new SearchSpace().Choice("Colour", 1), "The SearchSpace has 'Colour'");
        yield return Case(
            settings => settings.Options = null!,
            "Options is null; it must hold the options that trials have where nothing else is chosen."
        );
    }

    [Test]
    public void A_state_that_was_deleted_of_a_finished_experiment_is_trained_again()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        using var folder = new TemporaryFolder();
        ITransformer Execute() =>
            Multiclass(ml, settings => (settings.Refit, settings.MaxModels, settings.CacheDirectoryName) = (false, 3, folder.FullName))
                .Execute(data)
                .BestRun.Model!;
        byte[] first = SavedModel.Bytes(ml, Execute(), data.Schema);
        string[] states = Directory.GetFiles(folder.FullName, "*.state");
        Assert.That(states, Is.Not.Empty);
        foreach (string state in states)
            File.Delete(state);

        ITransformer again = Execute();

        Assert.That(
            SavedModel.Entries(ml, again, data.Schema),
            Is.EqualTo(SavedModel.Entries(ml, ml.Model.Load(new MemoryStream(first), out _), data.Schema))
        );
        Assert.That(Directory.GetFiles(folder.FullName, "*.state"), Is.Not.Empty, "It is there for the next time.");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Wrong_settings_are_found_before_anything_is_read(Action<MulticlassExperimentSettings> change, string sentence)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Multiclass(new MLContext(), change));

        Assert.That(error!.Message, Does.Contain(sentence));
    }

    [Test]
    public void Columns_that_do_not_fit_are_ML_NETs_own_errors()
    {
        var ml = new MLContext(seed: 1);

        Assert.That(
            () => Multiclass(ml).Execute(TinyData.Load(ml), nameof(SequenceRow.Number)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contain("Schema mismatch for label column 'Number'")
        );
        Assert.That(
            () => Multiclass(ml).Execute(TinyData.Load(ml), "Nowhere"),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contain("Could not find label column 'Nowhere'")
        );
    }
}
