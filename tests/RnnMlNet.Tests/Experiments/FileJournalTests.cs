using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

public class FileJournalTests
{
    private static readonly Fingerprint _experiment = new([
        new("the task", "RnnMulticlassTrainer"),
        new("LearningRate", "LearningRate: 0.001 to 0.1"),
    ]);
    private static readonly TrialTask _task = new()
    {
        Experiment = "x",
        Trial = 3,
        Fold = 1,
        Epochs = 9,
        Parameters = new Dictionary<string, string> { ["Cell"] = "Gru" },
    };
    private static readonly TrialOutcome _outcome = new()
    {
        Trial = 3,
        Fold = 1,
        Epochs = 9,
        EpochsDone = 7,
        IsDone = true,
        BestEpoch = 5,
        ValidationLoss = 0.25,
        Seconds = 1.5,
        Scores = [1, 2, 3, 4],
        State = [5, 6],
    };

    private readonly IHost _host = ((IHostEnvironment)new MLContext()).Register("Test");

    [Test]
    public void What_was_done_is_there_when_it_is_opened_again()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
        {
            journal.Add(_task, _outcome, seconds: 12.5);
            journal.Add(
                _task with
                {
                    Trial = 4,
                },
                new TrialOutcome
                {
                    Trial = 4,
                    Fold = 1,
                    Epochs = 9,
                    IsDone = true,
                    Error = "The loss became NaN",
                },
                seconds: 13
            );
        }

        using FileJournal opened = Open(folder);

        DoneTask done = opened.Find(3, 1, 9)!;
        TrialOutcome found = done.Outcome;
        Assert.That(done.Seconds, Is.EqualTo(12.5));
        Assert.That(
            found with
            {
                Scores = [],
                State = [],
            },
            Is.EqualTo(_outcome with { Scores = found.Scores, State = [] } with { Scores = [] })
                .Using<TrialOutcome>(
                    (a, b) =>
                        (a.Trial, a.Fold, a.Epochs, a.EpochsDone, a.IsDone, a.BestEpoch, a.ValidationLoss, a.Seconds, a.Error)
                        == (b.Trial, b.Fold, b.Epochs, b.EpochsDone, b.IsDone, b.BestEpoch, b.ValidationLoss, b.Seconds, b.Error)
                )
        );
        Assert.That(found.Scores, Is.EqualTo(_outcome.Scores));
        Assert.That(File.ReadAllBytes(folder.PathOf("trial-0003-fold-1.state")), Is.EqualTo(_outcome.State));
        Assert.That(opened.Find(4, 1, 9)!.Outcome.Error, Is.EqualTo("The loss became NaN"));
        Assert.That(opened.SecondsBefore, Is.EqualTo(13));
        Assert.That(opened.Find(3, 0, 9), Is.Null);
        Assert.That(opened.State(9, 0), Is.Null);
    }

    [Test]
    public void A_line_that_was_cut_off_counts_as_not_there()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
            journal.Add(_task, _outcome, seconds: 1);
        string path = folder.PathOf("journal.jsonl");
        string whole = File.ReadAllText(path);
        File.AppendAllText(path, "{\"Trial\":5,\"Fo");

        using (FileJournal journal = Open(folder))
        {
            Assert.That(journal.Find(3, 1, 9), Is.Not.Null);
            journal.Add(_task with { Trial = 5 }, _outcome with { Trial = 5 }, seconds: 2);
        }

        Assert.That(File.ReadAllText(path), Does.StartWith(whole));
        using FileJournal opened = Open(folder);
        Assert.That(opened.Find(5, 1, 9), Is.Not.Null);
    }

    [Test]
    public void A_task_whose_scores_are_lost_is_done_again()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
            journal.Add(_task, _outcome, seconds: 1);
        foreach (string scores in Directory.GetFiles(folder.FullName, "*.scores"))
            File.Delete(scores);

        using FileJournal opened = Open(folder);

        Assert.That(opened.Find(3, 1, 9), Is.Null);
    }

    [Test]
    public void Another_experiment_s_folder_is_refused_with_what_differs()
    {
        using var folder = new TemporaryFolder();
        Open(folder).Dispose();

        var error = Assert.Throws<InvalidOperationException>(() =>
            FileJournal.Open(_host, folder.FullName, new([_experiment.Entries[0], new("LearningRate", "LearningRate: 0.01 to 0.1")]))
        );

        Assert.That(
            error!.Message,
            Does.Contain(
                $"The folder '{folder.FullName}' is of another experiment: LearningRate was LearningRate: 0.001 to 0.1, is LearningRate: "
                    + $"0.01 to 0.1. "
                    + "Undo the changes to resume it, or set another CacheDirectoryName."
            )
        );
    }

    [Test]
    public void Two_experiments_at_a_time_in_one_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        using FileJournal journal = Open(folder);

        var error = Assert.Throws<InvalidOperationException>(() => Open(folder));

        Assert.That(
            error!.Message,
            Does.Contain("cannot be written to, or another experiment is running in it: set another CacheDirectoryName.")
        );
    }

    [Test]
    public void A_damaged_journal_is_told_of()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
            journal.Add(_task, _outcome, seconds: 1);
        string path = folder.PathOf("journal.jsonl");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"Fold\":1", "\"Fold\":one", StringComparison.Ordinal));

        var error = Assert.Throws<FormatException>(() => Open(folder));

        Assert.That(
            error!.Message,
            Does.Contain("is damaged at line 2: ").And.Contain("delete the folder to begin anew, or set another " + "CacheDirectoryName.")
        );
        // It was let go of.
        Assert.That(() => File.Delete(path), Throws.Nothing);
    }

    private FileJournal Open(TemporaryFolder folder) => FileJournal.Open(_host, folder.FullName, _experiment);
}
