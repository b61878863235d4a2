using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Experiments with a time limit: the executor reports the duration of an epoch, so that no test depends on the machine.</summary>
public class ShortTimeTests
{
    private const int UsualEpochs = 300;

    [TestCase(1)]
    [TestCase(0.4)]
    [TestCase(4)]
    public void Where_an_epoch_takes_long_trials_get_fewer_folds_and_epochs_and_several_are_compared(double secondsPerEpoch)
    {
        var ml = new MLContext(seed: 1);

        var (result, _) = Run(ml, settings => settings.MaxExperimentTimeInSeconds = 100, secondsPerEpoch);

        Assert.That(result.RunDetails, Has.Count.EqualTo(6));
        int epochs = int.Parse(result.RunDetails[0].Parameters["MaxEpochs"]);
        Assert.That(epochs, Is.InRange(3, UsualEpochs / 2));
        Assert.That(
            result.RunDetails.Select(run => run.Parameters["MaxEpochs"]),
            Is.All.EqualTo($"{epochs}"),
            "The schedules are planned over as many."
        );
        RunDetail<MulticlassClassificationMetrics>[] complete = [.. result.RunDetails.Where(run => run.IsComplete)];
        Assert.That(complete, Has.Length.GreaterThan(1));
        Assert.That(complete.Select(run => (run.Epochs, run.Folds)), Is.All.EqualTo((epochs, complete[0].Folds)));
        Assert.That(complete[0].Folds, Is.LessThan(5));
        Assert.That($"{result.RunDetails[0]}", Does.StartWith($"trial 0: MaxEpochs {epochs}; "));
    }

    [Test]
    public void What_is_planned_is_logged_before_the_trials_that_it_is_planned_for()
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);

        var (result, _) = Run(ml, settings => settings.MaxExperimentTimeInSeconds = 100, secondsPerEpoch: 1);

        string plan = log.Messages.Single(message => message.Contains("Planned for", StringComparison.Ordinal));
        Assert.That(
            plan,
            Does.Contain($"Planned for 100 seconds by the time of the first epochs: {result.BestRun.Folds} of 5 folds, ")
                .And.EndsWith(" of 300 epochs.")
        );
        string[] messages = [.. log.Messages];
        Assert.That(
            Array.IndexOf(messages, plan),
            Is.LessThan(Array.FindIndex(messages, message => message.Contains("Ended: ", StringComparison.Ordinal)))
        );
    }

    [Test]
    public void Time_enough_changes_nothing()
    {
        var ml = new MLContext(seed: 1);
        static void Few(MulticlassExperimentSettings settings) => (settings.MaxEpochs, settings.Folds) = (9, 2);
        var (unlimited, all) = Run(ml, Few, 0.001);

        var (limited, done) = Run(
            ml,
            settings =>
            {
                Few(settings);
                settings.MaxExperimentTimeInSeconds = 80_000;
            },
            0.001
        );

        Assert.That(limited.RunDetails.Select(Told), Is.EqualTo(unlimited.RunDetails.Select(Told)));
        Assert.That(
            done,
            Is.EquivalentTo(all.Concat(["trial 0, fold 0, up to epoch 1", "trial 0, fold 0, up to epoch 3"])),
            "The first trial resumes from where it was timed."
        );
    }

    [Test]
    public void Folds_and_epochs_of_the_users_own_stay()
    {
        var ml = new MLContext(seed: 1);

        var (result, _) = Run(ml, settings => (settings.MaxEpochs, settings.Folds, settings.MaxExperimentTimeInSeconds) = (9, 3, 100), 20);

        Assert.That(result.RunDetails[0].Parameters, Is.Empty);
        Assert.That((result.RunDetails[0].Epochs, result.RunDetails[0].Folds), Is.EqualTo((9, 3)));
    }

    [Test, CancelAfter(60_000)]
    public void Where_no_trial_comes_to_its_end_what_was_measured_is_handed_back_with_a_warning([Values] bool refit)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView data = TinyData.Load(ml);
        MulticlassExperiment experiment = Experiment(
            ml,
            settings =>
                (settings.MaxEpochs, settings.Search, settings.MaxExperimentTimeInSeconds, settings.Refit) = (
                    100_000_000,
                    SearchMethod.Random,
                    2,
                    refit
                )
        );

        ExperimentResult<MulticlassClassificationMetrics> result = experiment.Execute(data);

        Assert.That((result.BestRun.Trial, result.BestRun.Folds, result.BestRun.IsComplete), Is.EqualTo((0, 1, false)));
        Assert.That(
            log.Warnings,
            Has.Some.Contains(
                    "No trial was trained far enough to be compared within the experiment's "
                        + "2 seconds: the model is of trial 0, "
                        + "which was measured on 1 of 5 folds after "
                )
                .And.Some.EndsWith("Set a longer MaxExperimentTimeInSeconds.")
        );
        Assert.That(ml.MulticlassClassification.Evaluate(result.BestRun.Model!.Transform(data), TinyData.ClassLabel).LogLoss, Is.Not.NaN);
        Assert.That(
            log.Warnings.Count(warning =>
                warning.Contains(
                    "The training on all rows ended before its first network was complete: the model is instead the network of trial 0 "
                        + "that was trained without the rows of one fold. Set a longer MaxExperimentTimeInSeconds.",
                    StringComparison.Ordinal
                )
            ),
            Is.EqualTo(refit ? 1 : 0)
        );
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Cancelled_after_some_folds_it_is_the_same(int folds)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        using var cancellation = new CancellationTokenSource();
        int done = 0;

        var (result, _) = Run(
            ml,
            settings => (settings.MaxEpochs, settings.CancellationToken) = (6, cancellation.Token),
            1,
            outcome =>
            {
                if (++done == folds)
                    cancellation.Cancel();
                return outcome;
            }
        );

        Assert.That((result.BestRun.Trial, result.BestRun.Folds, result.BestRun.Epochs), Is.EqualTo((0, folds, 6)));
        Assert.That(result.BestRun.Model, Is.Not.Null);
        Assert.That(
            log.Warnings,
            Has.Some.Contains(
                "No trial was trained far enough to be compared before the experiment was cancelled: "
                    + $"the model is of trial 0, which was measured on {folds} of 5 folds"
            )
        );
    }

    [Test, CancelAfter(60_000)]
    public void With_nothing_measured_it_is_an_error_in_words()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = TinyData.Load(ml);
        var executor = new CountingExecutor { Before = _ => Thread.Sleep(4000) };
        MulticlassExperiment experiment = Experiment(
            ml,
            settings => (settings.MaxExperimentTimeInSeconds, settings.Executor) = (1, executor)
        );
        using TrialWorker worker = experiment.OpenWorker(data);
        executor.Worker = worker;

        var error = Assert.Throws<TimeoutException>(() => experiment.Execute(data));

        Assert.That(
            error!.Message,
            Is.EqualTo(
                "Not one epoch of the first trial was done within the experiment's "
                    + "1 seconds: set a longer MaxExperimentTimeInSeconds, "
                    + "fewer Folds, or a smaller SearchSpace."
            )
        );
    }

    [TestCase(1)]
    [TestCase(4)]
    [TestCase(9)]
    public void An_experiment_that_is_gone_on_with_keeps_its_plan_whatever_its_time_is_then(int tasks)
    {
        var ml = new MLContext(seed: 1);
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        int done = 0;
        void Cancelled(MulticlassExperimentSettings settings) =>
            (settings.MaxExperimentTimeInSeconds, settings.CacheDirectoryName, settings.CancellationToken) = (
                100,
                folder.FullName,
                cancellation.Token
            );
        var (first, before) = Run(
            ml,
            Cancelled,
            1,
            outcome =>
            {
                if (++done == tasks + 1)
                    cancellation.Cancel();
                return outcome;
            }
        );

        var (result, after) = Run(
            ml,
            settings => (settings.MaxExperimentTimeInSeconds, settings.CacheDirectoryName) = (24 * 60 * 60, folder.FullName),
            1
        );

        Assert.That(first.RunDetails, Is.Not.Empty);
        Assert.That(result.RunDetails, Has.Count.EqualTo(6));
        Assert.That(
            result.RunDetails.Select(run => run.Parameters["MaxEpochs"]),
            Is.All.EqualTo(first.RunDetails[0].Parameters["MaxEpochs"])
        );
        Assert.That(before.Skip(1).Intersect(after).Count(), Is.LessThanOrEqualTo(2), "Those alone that were running are done again.");
    }

    private static (ExperimentResult<MulticlassClassificationMetrics> Result, string[] Tasks) Run(
        MLContext ml,
        Action<MulticlassExperimentSettings> change,
        double secondsPerEpoch,
        Func<TrialOutcome, TrialOutcome>? after = null
    )
    {
        IDataView data = TinyData.Load(ml);
        var executor = new CountingExecutor
        {
            Slots = 1,
            After = outcome => (after?.Invoke(outcome) ?? outcome) with { Seconds = secondsPerEpoch * outcome.EpochsDone },
        };
        MulticlassExperiment experiment = Experiment(
            ml,
            settings =>
            {
                settings.Executor = executor;
                change(settings);
            }
        );
        using TrialWorker worker = experiment.OpenWorker(data);
        executor.Worker = worker;
        return (experiment.Execute(data), [.. executor.Tasks.Select(task => $"{task}")]);
    }

    private static MulticlassExperiment Experiment(MLContext ml, Action<MulticlassExperimentSettings> change)
    {
        var settings = new MulticlassExperimentSettings
        {
            MaxModels = 6,
            Seed = 1,
            SearchSpace = new SearchSpace()
                .Choice("Cell", CellKind.Gru, CellKind.Elman)
                .Range("LearningRate", 3e-3, 0.1, isLogarithmic: true)
                .AddInitialTrial(("Cell", CellKind.Elman)),
        };
        RnnMulticlassTrainer.Options options = settings.Options;
        (options.FeatureColumnName, options.LabelColumnName, options.HiddenSize, options.BatchSize, options.Device) = (
            nameof(SequenceRow.Matrix),
            TinyData.ClassLabel,
            4,
            16,
            "cpu"
        );
        options.Bidirectional = false;
        change(settings);
        return ml.Rnn().CreateMulticlassExperiment(settings);
    }

    private static (int, int, double, double?) Told(RunDetail<MulticlassClassificationMetrics> run) =>
        (run.Trial, run.Epochs, run.ValidationLoss, run.ValidationMetrics?.LogLoss);
}
