using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;
using TrainingHost;

namespace RnnMlNet.Tests.Experiments;

public class ExperimentTests
{
    private static readonly SearchSpace _space = new SearchSpace()
        .Choice("Cell", CellKind.Gru, CellKind.Lstm)
        .Range("HiddenSize", 4, 16)
        .Range("LearningRate", 3e-3, 0.1, isLogarithmic: true);

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
    public void Binary_and_regression()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml, 60);
        var binary = new BinaryExperimentSettings { OptimizingMetric = BinaryClassificationMetric.AreaUnderRocCurve };
        Set(binary, binary.Options);
        var regression = new RegressionExperimentSettings { OptimizingMetric = RegressionMetric.RootMeanSquaredError };
        Set(regression, regression.Options);

        ExperimentResult<BinaryClassificationMetrics> told = ml.Rnn()
            .CreateBinaryExperiment(binary)
            .Execute(data, nameof(SequenceRow.Positive));
        ExperimentResult<RegressionMetrics> number = ml.Rnn()
            .CreateRegressionExperiment(regression)
            .Execute(data, nameof(SequenceRow.Number));

        Assert.That(told.BestRun.ValidationMetrics!.AreaUnderRocCurve, Is.GreaterThan(0.95));
        Assert.That(
            ml.BinaryClassification.Evaluate(told.BestRun.Model!.Transform(data), nameof(SequenceRow.Positive)).AreaUnderRocCurve,
            Is.GreaterThan(0.95)
        );
        Assert.That(number.BestRun.ValidationMetrics!.RSquared, Is.GreaterThan(0.7));
        Assert.That(
            number.BestRun.ValidationMetrics.RootMeanSquaredError,
            Is.EqualTo(number.RunDetails.Min(run => run.ValidationMetrics!.RootMeanSquaredError))
        );
        Assert.That(number.Progress.Select(step => step.Value), Is.Ordered.Descending);
    }

    [Test]
    public void What_held_out_rows_are_scored_is_what_the_trial_s_model_scores_them()
    {
        var ml = new MLContext(seed: 1);
        IDataView train = TinyData.Load(ml, 60),
            validation = TinyData.Load(ml, 30, seed: 2);
        var regression = new RegressionExperimentSettings();
        Set(regression, regression.Options);

        ExperimentResult<RegressionMetrics> result = ml.Rnn()
            .CreateRegressionExperiment(regression)
            .Execute(train, validation, nameof(SequenceRow.Number));

        RegressionMetrics measured = ml.Regression.Evaluate(result.BestRun.Model!.Transform(validation), nameof(SequenceRow.Number));
        Assert.That(
            result.BestRun.ValidationMetrics!.MeanSquaredError,
            Is.EqualTo(measured.MeanSquaredError).Within(1e-5 * measured.MeanSquaredError)
        );
    }

    [Test]
    public void Forecasting()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinySeries.Load(ml, 200);
        var settings = new ForecastingExperimentSettings
        {
            Options = TinySeries.Options(options => options.SeasonLength = TinySeries.Period),
            MaxModels = 5,
            MaxEpochs = 9,
            Seed = 1,
            SearchSpace = SearchSpace.ForForecasting(16).Range("HiddenSize", 4, 16).Remove("Loss").ClearInitialTrials(),
        };

        ExperimentResult<ForecastMetrics> result = ml.Rnn().CreateForecastingExperiment(settings).Execute(data);

        Assert.That(result.RunDetails, Has.Count.EqualTo(5));
        Assert.That(result.RunDetails.Select(run => run.Exception?.Message), Is.All.Null);
        Assert.That(result.RunDetails.Skip(1).Select(run => run.Parameters["WindowSize"]).Distinct().Count(), Is.GreaterThan(1));
        Assert.That(
            result.BestRun.ValidationMetrics!.MeanAbsoluteError,
            Is.LessThan(3).And.EqualTo(result.RunDetails.Min(run => run.ValidationMetrics!.MeanAbsoluteError))
        );
        Assert.That(result.BestRun.ValidationMetrics.MeanAbsoluteScaledError, Is.Not.NaN);
        var model = (RnnForecastingTransformer)result.BestRun.Model!;
        ForecastMetrics evaluated = ml.Forecasting.Evaluate(model.Transform(data), nameof(SeriesStep.Value), "Forecast", "Lower", "Upper");
        Assert.That(evaluated.MeanAbsoluteError, Is.LessThan(3));
        Assert.That(evaluated.Coverage, Is.GreaterThan(0.5));
    }

    [Test]
    public void A_forecasting_experiment_begins_with_the_other_model_and_other_cells()
    {
        var ml = new MLContext(seed: 1);
        var settings = new ForecastingExperimentSettings
        {
            Options = TinySeries.Options(options => (options.Model, options.Cell, options.WindowSize) = (ForecastModel.Auto, null, 12)),
            MaxModels = 4,
            MaxEpochs = 1,
            Refit = false,
            Seed = 1,
        };

        ExperimentResult<ForecastMetrics> result = ml.Rnn().CreateForecastingExperiment(settings).Execute(TinySeries.Load(ml, 200));

        Assert.That(
            result.RunDetails.Select(run => string.Join(", ", run.Parameters.Select(option => $"{option.Key} {option.Value}"))),
            Is.EqualTo(["", "Model Segments", "Cell Lstm", "Cell MinGru"]),
            "A window of 12 steps is short enough for the direct model."
        );
        Assert.That(result.RunDetails.Select(run => run.Exception), Is.All.Null);
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

    private static IReadOnlyList<TrainingHistory> Histories(RunDetail<MulticlassClassificationMetrics> run) =>
        ((RnnMulticlassTransformer)run.Model!).Model.Histories;

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

    private static MulticlassExperiment Multiclass(MLContext ml, Action<MulticlassExperimentSettings>? change = null)
    {
        var settings = new MulticlassExperimentSettings();
        Set(settings, settings.Options);
        settings.Options.LabelColumnName = TinyData.ClassLabel;
        change?.Invoke(settings);
        return ml.Rnn().CreateMulticlassExperiment(settings);
    }

    private static void Set(SequenceExperimentSettings settings, RnnOptions options)
    {
        (settings.MaxModels, settings.MaxEpochs, settings.Folds, settings.Seed, settings.SearchSpace) = (30, 8, 2, 1, _space);
        (options.FeatureColumnName, options.HiddenSize, options.BatchSize, options.LearningRate, options.Device) = (
            nameof(SequenceRow.Matrix),
            8,
            8,
            0.02f,
            "cpu"
        );
    }

    private static (int, int, double, double?) Told(RunDetail<MulticlassClassificationMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.LogLoss);
}
