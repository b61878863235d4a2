using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

/// <summary>Damaged journals: a <see cref="FormatException"/> that names the file and the line, with a remedy; never a bare exception, and
/// never another outcome.</summary>
public class DamagedJournalTests
{
    private static readonly Fingerprint _experiment = new([
        new("the task", "RnnMulticlassTrainer"),
        new("HiddenSize", "HiddenSize: 2 to " + "4"),
    ]);

    private readonly IHost _host = ((IHostEnvironment)new MLContext()).Register("Test");

    private static TrialTask Task(int trial) =>
        new()
        {
            Experiment = "x",
            Trial = trial,
            Fold = 0,
            Epochs = 3,
            Parameters = new Dictionary<string, string> { ["HiddenSize"] = $"{trial + 2}" },
        };

    // Three tasks: one that failed among them.
    private static byte[] Journal(TemporaryFolder folder, IHost host)
    {
        using (FileJournal journal = FileJournal.Open(host, folder.FullName, _experiment))
            for (int trial = 0; trial < 3; trial++)
                journal.Add(
                    Task(trial),
                    new TrialOutcome
                    {
                        Trial = trial,
                        Fold = 0,
                        Epochs = 3,
                        EpochsDone = trial == 1 ? 0 : 3,
                        IsDone = true,
                        BestEpoch = trial == 1 ? 0 : 2,
                        ValidationLoss = 1.25 - trial,
                        Seconds = 0.5,
                        Error = trial == 1 ? "The loss became NaN" : null,
                        Scores = [1, 2, 3, (byte)trial],
                        State = [],
                    },
                    seconds: trial + 1.5
                );
        return File.ReadAllBytes(folder.PathOf("journal.jsonl"));
    }

    private static IEnumerable<TestCaseData> Journals()
    {
        static TestCaseData Case(string name, int line, string how, Func<string[], IEnumerable<string>> change) =>
            new TestCaseData(line, how, change).SetArgDisplayNames(name);
        yield return Case("null header", 1, "there is no Format", lines => ["null", .. lines[1..]]);
        yield return Case("empty object", 1, "there is no Format", lines => ["{}", .. lines[1..]]);
        yield return Case("a number", 1, "there is no Format", lines => ["7", .. lines[1..]]);
        yield return Case("header without experiment", 1, "'Experiment'", _ => ["{\"Format\":3}"]);
        yield return Case("experiment null", 1, "", _ => ["{\"Format\":3,\"Experiment\":null,\"Checksum\":\"\"}"]);
        yield return Case(
            "another word for experiment",
            1,
            "uxperiment",
            lines => [lines[0].Replace("Experiment", "uxperiment", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case(
            "null in the experiment",
            1,
            "null",
            lines => [lines[0].Replace("\"HiddenSize: 2 to 4\"", "null", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case(
            "another experiment",
            1,
            "its checksum does not match, so it was altered",
            lines => [lines[0].Replace("2 to 4", "2 to 5", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case(
            "format 2",
            1,
            "it has format 2, and this RnnMlNet reads format 3",
            lines => [lines[0].Replace("\"Format\":3", "\"Format\":2", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case(
            "format 4",
            1,
            "it has format 4, and this RnnMlNet reads format 3",
            lines => [lines[0].Replace("\"Format\":3", "\"Format\":4", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case(
            "format of text",
            1,
            "",
            lines => [lines[0].Replace("\"Format\":3", "\"Format\":\"3\"", StringComparison.Ordinal), .. lines[1..]]
        );
        yield return Case("null line", 2, "it is null, where a task that is done should be", lines => [lines[0], "null", .. lines[1..]]);
        yield return Case("empty line", 2, "it is not the expected JSON", lines => [lines[0], "", .. lines[1..]]);
        yield return Case("half a line", 3, "it is not the expected JSON", lines => [lines[0], lines[1], lines[2][..30], lines[3]]);
        yield return Case("two lines in one", 3, "it is not the expected JSON", lines => [lines[0], lines[1], lines[2] + lines[3]]);
        yield return Case("the header twice", 2, "'Format'", lines => [lines[0], .. lines]);
        yield return Case(
            "a letter of a name",
            2,
            "E7ochs",
            lines => [lines[0], lines[1].Replace("\"Epochs\"", "\"E7ochs\"", StringComparison.Ordinal)]
        );
        yield return Case(
            "a name twice",
            2,
            "Trial",
            lines => [lines[0], lines[1].Replace("{\"Trial\"", "{\"Trial\":5,\"Trial\"", StringComparison.Ordinal)]
        );
        yield return Case(
            "a quote in a number",
            4,
            "it is not the expected JSON",
            lines => [.. lines[..3], lines[3].Replace("-0.75", "-0\"75", StringComparison.Ordinal)]
        );
        yield return Case(
            "another loss",
            2,
            "its checksum does not match, so it was altered",
            lines => [lines[0], lines[1].Replace("1.25", "0.25", StringComparison.Ordinal), .. lines[2..]]
        );
        yield return Case(
            "another trial",
            2,
            "its checksum does not match, so it was altered",
            lines => [lines[0], lines[1].Replace("\"Trial\":0", "\"Trial\":7", StringComparison.Ordinal), .. lines[2..]]
        );
        yield return Case(
            "parameters null",
            2,
            "",
            lines => [lines[0], lines[1].Replace("{\"HiddenSize\":\"2\"}", "null", StringComparison.Ordinal), .. lines[2..]]
        );
        yield return Case(
            "a very large number",
            2,
            "it is not the expected JSON",
            lines => [lines[0], lines[1].Replace("\"Fold\":0", "\"Fold\":99999999999", StringComparison.Ordinal), .. lines[2..]]
        );
        yield return Case("deep brackets", 2, "it is not the expected JSON", lines => [lines[0], new string('[', 100_000), .. lines[1..]]);
    }

    [TestCaseSource(nameof(Journals))]
    public void The_line_is_named_and_what_to_do(int line, string how, Func<string[], IEnumerable<string>> change)
    {
        using var folder = new TemporaryFolder();
        string[] lines = Encoding.UTF8.GetString(Journal(folder, _host)).TrimEnd('\n').Split('\n');
        File.WriteAllText(folder.PathOf("journal.jsonl"), string.Join('\n', change(lines)) + "\n");

        var error = Assert.Throws<FormatException>(() => FileJournal.Open(_host, folder.FullName, _experiment))!;

        Assert.That(
            error.Message,
            Does.Contain($"The journal '{folder.PathOf("journal.jsonl")}' is damaged at line {line}: " + "")
                .And.Contain(how)
                .And.EndWith(
                    "Delete the line and those after it to run their tasks again, delete the folder to begin anew, or set another "
                        + "CacheDirectoryName."
                )
        );
        Assert.That(error.IsMarked(), Is.True);
        // It was let go of.
        Assert.That(() => File.Delete(folder.PathOf("journal.jsonl")), Throws.Nothing);
    }

    // Values under a matching checksum: only a program can have written them.
    [TestCase(-1, 0, 3, 3, 2)]
    [TestCase(0, -1, 3, 3, 2)]
    [TestCase(0, 0, 0, 0, 0)]
    [TestCase(0, 0, 3, 4, 2)]
    [TestCase(0, 0, 3, 2, 3)]
    [TestCase(0, 0, 3, -1, -1)]
    public void Numbers_that_no_task_comes_to(int trial, int fold, int epochs, int epochsDone, int best)
    {
        using var folder = new TemporaryFolder();
        Journal(folder, _host);
        byte[] line = JournalLines.Write(new JournalLine(trial, fold, epochs, epochsDone, true, best, 1, 1, null, "00", [], 1, ""));
        File.AppendAllText(folder.PathOf("journal.jsonl"), Encoding.UTF8.GetString(line) + "\n");

        Assert.That(
            () => FileJournal.Open(_host, folder.FullName, _experiment),
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains("is damaged at line 5: trial ")
                .And.Message.Contains($"{epochsDone} " + $"of {epochs} epochs")
        );
    }

    [Test]
    public void A_changed_byte_anywhere_is_found_or_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Journal(folder, _host);
        string path = folder.PathOf("journal.jsonl");
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] changed = [.. whole];
            int at = random.Next(whole.Length);
            changed[at] ^= (byte)(1 + random.Next(255));
            File.WriteAllBytes(path, changed);
            try
            {
                using FileJournal journal = FileJournal.Open(_host, folder.FullName, _experiment);
                for (int trial = 0; trial < 3; trial++)
                    if (journal.Find(trial, 0, 3)?.Outcome is TrialOutcome found)
                        Assert.That(
                            (found.ValidationLoss, found.Error),
                            Is.EqualTo((trial == 1 ? double.NaN : 1.25 - trial, trial == 1 ? "The loss became " + "NaN" : null))
                                .Or.EqualTo((1.25 - trial, "The loss became NaN")),
                            $"Byte {at}"
                        );
            }
            catch (FormatException e)
            {
                refused++;
                Assert.That(e.Message, Does.Contain($"The journal '{path}' is damaged at line "), $"Byte {at}");
            }
        }
        Assert.That(refused, Is.GreaterThan(1200));
    }

    [Test]
    public void A_journal_that_is_a_folder()
    {
        using var folder = new TemporaryFolder();
        string path = Directory.CreateDirectory(folder.PathOf("journal.jsonl")).FullName;
        Assert.That(
            () => FileJournal.Open(_host, folder.FullName, _experiment),
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains(
                    $"The journal '{path}' is a folder, and it should be a file: delete that folder to begin anew, or set another "
                        + "CacheDirectoryName."
                )
        );
    }

    [TestCase("trial-0000-fold-0.state")]
    [TestCase("trial-0000-fold-0-epochs-3.scores")]
    [TestCase("plan.json")]
    public void A_file_beside_the_journal_that_is_a_folder(string name)
    {
        using var folder = new TemporaryFolder();
        Journal(folder, _host);
        string path = folder.PathOf(name);
        File.Delete(path);
        Directory.CreateDirectory(path);
        using FileJournal journal = FileJournal.Open(_host, folder.FullName, _experiment);
        Assert.That<object?>(
            () => name == "plan.json" ? journal.Scale : (journal.Find(0, 0, 3), journal.State(0, 0)),
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains(
                    $"'{path}' is a folder, and it should be a file of the experiment: "
                        + $"put the file back, delete the folder '{folder.FullName}' to begin anew, or set another CacheDirectoryName."
                )
        );
    }

    [Test]
    public void A_folder_that_is_a_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        File.WriteAllText(path, "");
        Assert.That(
            () => FileJournal.Open(_host, path, _experiment),
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains(
                    $"CacheDirectoryName is '{path}', which is a file, and the journal needs a folder: set the name of a folder, or "
                        + $"delete the "
                        + "file."
                )
        );
    }

    [Test]
    public void A_state_that_was_damaged_names_its_file()
    {
        using var folder = new TemporaryFolder();
        Journal(folder, _host);
        string path = folder.PathOf("trial-0000-fold-0.state");
        File.WriteAllBytes(path, [1, 2, 3]);
        using FileJournal journal = FileJournal.Open(_host, folder.FullName, _experiment);
        Assert.That(
            () => journal.State(0, 0),
            Throws
                .TypeOf<FormatException>()
                .With.Message.Contains($"The state '{path}' of trial 0 is damaged: ")
                .And.Message.Contains("is truncated")
        );
    }

    [Test]
    public void Scores_that_were_altered_are_made_again()
    {
        using var folder = new TemporaryFolder();
        Journal(folder, _host);
        string path = folder.PathOf("trial-0000-fold-0-epochs-3.scores");
        using (FileJournal journal = FileJournal.Open(_host, folder.FullName, _experiment))
            Assert.That(journal.Find(0, 0, 3)!.Outcome.Scores, Is.EqualTo(new byte[] { 1, 2, 3, 0 }));
        foreach (byte[] other in new byte[][] { [1, 2, 3, 1], [1, 2, 3], [1, 2, 3, 0, 0], [] })
        {
            File.WriteAllBytes(path, other);
            using FileJournal journal = FileJournal.Open(_host, folder.FullName, _experiment);
            Assert.That(journal.Find(0, 0, 3), Is.Null);
        }
    }
}
