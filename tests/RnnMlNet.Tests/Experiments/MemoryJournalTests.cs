using NUnit.Framework;
using RnnMlNet.Experiments;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Experiments;

public class MemoryJournalTests
{
    [Test]
    public void States_beyond_the_budget_lie_in_files_and_are_read_back()
    {
        using var folder = new TemporaryFolder();
        using var journal = new MemoryJournal(folder.FullName, memoryLimit: 250);

        for (int trial = 0; trial < 5; trial++)
            Add(journal, trial, fold: 0, State(trial));

        Assert.That((journal.MemoryBytes, journal.FileBytes), Is.EqualTo((200, 300)));
        for (int trial = 0; trial < 5; trial++)
            Assert.That(journal.State(trial, 0), Is.EqualTo(State(trial)));
        Assert.That(journal.State(2, 0), Is.EqualTo(State(2)), "As often as one likes.");
        Assert.That(journal.State(5, 0), Is.Null);
    }

    [Test]
    public void A_later_state_takes_the_place_of_an_earlier_one_wherever_that_lay([Values(0, 1000)] int memoryLimit)
    {
        using var journal = new MemoryJournal(memoryLimit: memoryLimit);
        Add(journal, 1, fold: 2, State(1));

        Add(journal, 1, fold: 2, State(7));

        Assert.That(journal.State(1, 2), Is.EqualTo(State(7)));
        Assert.That(journal.MemoryBytes + journal.FileBytes, Is.EqualTo(100));
    }

    [Test]
    public void What_is_forgotten_takes_no_room([Values(0, 150, 1000)] int memoryLimit)
    {
        using var folder = new TemporaryFolder();
        using var journal = new MemoryJournal(folder.FullName, memoryLimit);
        for (int fold = 0; fold < 3; fold++)
            Add(journal, 4, fold, State(fold));
        Add(journal, 5, fold: 0, State(9));

        journal.Forget(4, folds: 3);

        Assert.That(journal.MemoryBytes + journal.FileBytes, Is.EqualTo(100));
        Assert.That(journal.State(4, 1), Is.Null);
        Assert.That(journal.State(5, 0), Is.EqualTo(State(9)));
    }

    [Test]
    public void Where_no_file_can_be_made_states_stay_in_memory()
    {
        using var folder = new TemporaryFolder();
        using var journal = new MemoryJournal(folder.PathOf("nowhere"), memoryLimit: 0);

        Add(journal, 0, fold: 0, State(3));

        Assert.That(journal.State(0, 0), Is.EqualTo(State(3)));
        Assert.That((journal.MemoryBytes, journal.FileBytes), Is.EqualTo((100, 0)));
    }

    [Test]
    public void A_trial_that_failed_has_no_state()
    {
        using var journal = new MemoryJournal(memoryLimit: 0);
        Add(journal, 0, fold: 0, State(3));

        Add(journal, 0, fold: 0, []);

        Assert.That(journal.State(0, 0), Is.Null);
    }

    [Test]
    public void Nothing_is_left_of_the_files()
    {
        using var folder = new TemporaryFolder();
        using (var journal = new MemoryJournal(folder.FullName, memoryLimit: 0))
            Add(journal, 0, fold: 0, State(3));

        Assert.That(Directory.EnumerateFileSystemEntries(folder.FullName), Is.Empty);
    }

    private static void Add(MemoryJournal journal, int trial, int fold, byte[] state) =>
        journal.Add(
            new TrialTask
            {
                Experiment = "x",
                Trial = trial,
                Fold = fold,
                Epochs = 3,
                Parameters = new Dictionary<string, string>(),
            },
            new TrialOutcome
            {
                Trial = trial,
                Fold = fold,
                Epochs = 3,
                State = state,
            },
            seconds: 1
        );

    private static byte[] State(int value) => [.. Enumerable.Repeat((byte)value, 100)];
}
