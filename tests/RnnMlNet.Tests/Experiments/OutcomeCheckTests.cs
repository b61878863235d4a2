using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>A custom executor's outcome is checked against its task before it enters the journal.</summary>
public class OutcomeCheckTests
{
    private const string Ending = "It was discarded. Return from RunAsync the unaltered result of a worker's Run for this task.";

    private static IEnumerable<TestCaseData> Changes()
    {
        static TestCaseData Case(string name, string how, Func<TrialOutcome, TrialOutcome?> change) =>
            new TestCaseData(how, change).SetArgDisplayNames(name);
        yield return Case(
            "another trial",
            "it is of trial 6, fold 0, up to epoch 2",
            outcome => outcome with { Trial = outcome.Trial + 6 }
        );
        yield return Case("another fold", "it is of trial 0, fold 1, up to epoch 2", outcome => outcome with { Fold = outcome.Fold + 1 });
        yield return Case("other epochs", "it is of trial 0, fold 0, up to epoch 3", outcome => outcome with { Epochs = 3 });
        yield return Case("no epochs", "0 epochs are done, and it is done", outcome => outcome with { EpochsDone = 0 });
        yield return Case("more epochs", "3 epochs are done, and it is done", outcome => outcome with { EpochsDone = 3 });
        yield return Case(
            "fewer epochs, not done",
            "1 epochs are done, and it is not done",
            outcome => outcome with { EpochsDone = 1, BestEpoch = 1, IsDone = false }
        );
        yield return Case("no best epoch", "the best of its 2 epochs is 0", outcome => outcome with { BestEpoch = 0 });
        yield return Case("a best epoch beyond", "the best of its 2 epochs is 9", outcome => outcome with { BestEpoch = 9 });
        yield return Case("negative seconds", "it took -1 seconds", outcome => outcome with { Seconds = -1 });
        yield return Case("no seconds", "it took NaN seconds", outcome => outcome with { Seconds = double.NaN });
        yield return Case("no state", "it has no State for a later task to resume from", outcome => outcome with { State = [] });
        yield return Case("state null", "it has no State for a later task to resume from", outcome => outcome with { State = null! });
        yield return Case("a damaged state", "its State cannot be read. ", outcome => outcome with { State = [.. outcome.State[..^1]] });
        yield return Case("no scores", "its Scores are 0 bytes, where ", outcome => outcome with { Scores = [] });
        yield return Case("scores null", "its Scores are 0 bytes, where ", outcome => outcome with { Scores = null! });
        yield return Case(
            "a score too many",
            "rows of 3 outputs have ",
            outcome => outcome with { Scores = [.. outcome.Scores, 0, 0, 0, 0] }
        );
    }

    [TestCaseSource(nameof(Changes))]
    public void An_outcome_that_is_not_the_tasks_ends_the_experiment_and_is_not_kept(string how, Func<TrialOutcome, TrialOutcome> change)
    {
        var ml = new MLContext(seed: 1);
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<InvalidOperationException>(() => Run(ml, folder, change))!;

        Assert.That(
            error.Message,
            Does.StartWith("The executor's outcome for trial 0, fold 0, up to epoch 2 is not that of the " + "task: ")
                .And.Contain(how)
                .And.EndWith(Ending)
        );
        Assert.That(File.ReadAllLines(folder.PathOf("journal.jsonl")), Has.Length.EqualTo(1), "The head alone.");
    }

    [Test]
    public void Nothing_at_all()
    {
        var error = Assert.Throws<InvalidOperationException>(() =>
            OutcomeCheck.Checked(
                new TrialTask
                {
                    Experiment = "x",
                    Trial = 3,
                    Fold = 1,
                    Epochs = 9,
                    Parameters = new Dictionary<string, string>(),
                },
                null,
                _ => null
            )
        )!;
        Assert.That(
            error.Message,
            Is.EqualTo(
                $"The executor's outcome for trial 3, fold 1, up to epoch 9 is not that of the " + $"task: nothing was returned. {Ending}"
            )
        );
    }

    // NaN scores still have an accuracy, that of the first class; it would be the best where that class is frequent.
    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Scores_that_are_no_numbers_are_those_of_a_trial_that_failed(float score)
    {
        var ml = new MLContext(seed: 1);
        using var folder = new TemporaryFolder();

        ExperimentResult<MulticlassClassificationMetrics> result = Run(
            ml,
            folder,
            outcome =>
            {
                if (outcome.Trial != 0)
                    return outcome;
                byte[] scores = [.. outcome.Scores];
                BitConverter.TryWriteBytes(scores.AsSpan(4 * sizeof(float)), score);
                return outcome with { Scores = scores };
            }
        );

        Assert.That(result.BestRun.Trial, Is.Not.Zero);
        Assert.That(result.RunDetails[0].ValidationMetrics, Is.Null);
        Assert.That(
            result.RunDetails[0].Exception!.Message,
            Is.EqualTo($"The scores of the held-out rows are not finite: " + $"{score} is output 1 of row 1.")
        );
    }

    [Test]
    public void A_loss_that_is_no_number_comes_after_all_others()
    {
        var trials = Enumerable.Range(0, 3).Select(number => new TrialRecord<object>(number, Configuration.Empty, 1)).ToArray();
        double[] losses = [double.NaN, 2, 1];
        for (int i = 0; i < trials.Length; i++)
            trials[i]
                .Take(
                    [
                        new TrialOutcome
                        {
                            Trial = i,
                            Fold = 0,
                            Epochs = 1,
                            EpochsDone = 1,
                            IsDone = true,
                            BestEpoch = 1,
                            ValidationLoss = losses[i],
                        },
                    ],
                    1,
                    _ => new object(),
                    _ => 0.5
                );

        Assert.That(TrialRecord<object>.BestFirst(trials).Select(trial => trial.Number), Is.EqualTo(new[] { 2, 1, 0 }));
    }

    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void A_metric_that_is_no_number_is_no_score(double metric)
    {
        var trial = new TrialRecord<object>(0, Configuration.Empty, 1);
        trial.Take(
            [
                new TrialOutcome
                {
                    Trial = 0,
                    Fold = 0,
                    Epochs = 1,
                    EpochsDone = 1,
                    IsDone = true,
                    BestEpoch = 1,
                    ValidationLoss = 1,
                },
            ],
            1,
            _ => new object(),
            _ => metric
        );
        Assert.That(trial.HasScore, Is.False);
    }

    private static ExperimentResult<MulticlassClassificationMetrics> Run(
        MLContext ml,
        TemporaryFolder folder,
        Func<TrialOutcome, TrialOutcome?> change
    )
    {
        IDataView data = TinyData.Load(ml);
        var executor = new CountingExecutor { Slots = 1, After = outcome => change(outcome)! };
        var settings = new MulticlassExperimentSettings
        {
            SearchSpace = new SearchSpace().Range("HiddenSize", 4, 6),
            Search = SearchMethod.Random,
            MaxModels = 2,
            MaxEpochs = 2,
            Folds = 2,
            Seed = 1,
            CacheDirectoryName = folder.FullName,
            Executor = executor,
        };
        Tiny.Options(settings.Options, TinyTask.Multiclass);
        MulticlassExperiment experiment = ml.Rnn().CreateMulticlassExperiment(settings);
        executor.Worker = experiment.OpenWorker(data);
        return experiment.Execute(data);
    }
}
