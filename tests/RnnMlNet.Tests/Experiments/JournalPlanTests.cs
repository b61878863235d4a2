using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>The plan of an experiment's folds and epochs, as a journal's folder keeps it.</summary>
public class JournalPlanTests
{
    private static readonly Fingerprint _experiment = new([new("the task", "RnnMulticlassTrainer")]);
    private readonly IHost _host = ((IHostEnvironment)new MLContext()).Register("Test");

    [Test]
    public void It_is_there_when_the_folder_is_opened_again()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
        {
            Assert.That(journal.Scale, Is.Null);
            journal.Scale = new SearchScale(3, 40);
        }

        using FileJournal opened = Open(folder);

        Assert.That(opened.Scale, Is.EqualTo(new SearchScale(3, 40)));
    }

    private static IEnumerable<TestCaseData> Plans()
    {
        static TestCaseData Case(string name, string how, Func<string, string> change) =>
            new TestCaseData(how, change).SetArgDisplayNames(name);
        yield return Case("empty", "it is not the expected JSON", _ => "");
        yield return Case("null", "it is null, where folds and epochs should be", _ => "null");
        yield return Case("cut off", "it is not the expected JSON", plan => plan[..20]);
        yield return Case(
            "another format",
            "it has format 2, and this RnnMlNet reads format 3",
            plan => plan.Replace("\"Format\":3", "\"Format\":2", StringComparison.Ordinal)
        );
        yield return Case(
            "other folds",
            "its checksum does not match, so it was altered",
            plan => plan.Replace("\"Folds\":3", "\"Folds\":5", StringComparison.Ordinal)
        );
        yield return Case(
            "other epochs",
            "its checksum does not match, so it was altered",
            plan => plan.Replace("40", "41", StringComparison.Ordinal)
        );
        yield return Case("no folds", "it is not the expected JSON", plan => plan.Replace("\"Folds\":3,", "", StringComparison.Ordinal));
        yield return Case(
            "no number of folds",
            "it plans 0 folds of 40 epochs",
            _ => Encoding.UTF8.GetString(JournalLines.Write(new SearchScale(0, 40)))
        );
        yield return Case(
            "epochs below nothing",
            "it plans 3 folds of -1 epochs",
            _ => Encoding.UTF8.GetString(JournalLines.Write(new SearchScale(3, -1)))
        );
    }

    [TestCaseSource(nameof(Plans))]
    public void One_that_is_damaged_is_named(string how, Func<string, string> change)
    {
        using var folder = new TemporaryFolder();
        using FileJournal journal = Open(folder);
        journal.Scale = new SearchScale(3, 40);
        string path = folder.PathOf("plan.json");
        File.WriteAllText(path, change(File.ReadAllText(path)));

        var error = Assert.Throws<FormatException>(() => _ = journal.Scale);

        Assert.That(
            error!.Message,
            Does.StartWith($"The journal '{path}' is damaged at line 1: ")
                .And.Contain(how)
                .And.EndWith("or set " + "another CacheDirectoryName.")
        );
    }

    [Test]
    public void One_that_is_lost_is_missed_where_tasks_were_done_by_it()
    {
        using var folder = new TemporaryFolder();
        using (FileJournal journal = Open(folder))
        {
            var task = new TrialTask
            {
                Experiment = "x",
                Trial = 0,
                Fold = 0,
                Epochs = 3,
                Parameters = new Dictionary<string, string>(),
            };
            journal.Add(
                task,
                new TrialOutcome
                {
                    Trial = 0,
                    Fold = 0,
                    Epochs = 3,
                    EpochsDone = 3,
                    IsDone = true,
                    BestEpoch = 1,
                    ValidationLoss = 1,
                },
                seconds: 1
            );
        }

        using FileJournal opened = Open(folder);

        Assert.That(
            () => opened.Scale,
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains(
                    $"The plan '{folder.PathOf("plan.json")}' is missing, to which the tasks of the journal belong: put the file "
                        + $"back, delete "
                        + "the "
                        + $"folder '{folder.FullName}' to begin anew, or set another CacheDirectoryName."
                )
                .And.Message.Not.Contains("line")
        );
    }

    private FileJournal Open(TemporaryFolder folder) => FileJournal.Open(_host, folder.FullName, _experiment);
}
