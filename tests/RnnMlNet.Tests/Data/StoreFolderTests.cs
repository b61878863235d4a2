using System.Diagnostics;
using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data;

[TestFixture]
public class StoreFolderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private string[] Names =>
        [.. Directory.EnumerateFileSystemEntries(_folder.FullName).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string Make(string name)
    {
        File.WriteAllText(_folder.PathOf(name), "rows");
        return name;
    }

    // A program that reads rows into a file in a folder of its own, until it is killed.
    private static Process StartReading(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [TestPaths.Program("tests", "ReadingHost"), folder])
        {
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("reading"));
        return process;
    }

    private static void Kill(Process process)
    {
        process.Kill();
        process.WaitForExit();
    }

    [Test]
    public void A_file_is_named_after_the_process_and_its_start()
    {
        using var self = Process.GetCurrentProcess();
        string name = Path.GetFileName(StoreFolder.NewPath(_folder.FullName));

        Assert.That(name, Does.Match(@"^rnnmlnet-\d+-\d+-[0-9a-f]{32}\.store$"));
        Assert.That(name, Does.StartWith($"rnnmlnet-{self.Id}-"));
        Assert.That(Path.GetFileName(StoreFolder.NewPath(_folder.FullName)), Is.Not.EqualTo(name));
    }

    [Test]
    public void A_file_of_a_live_process_stays_and_goes_once_it_is_killed()
    {
        using var elsewhere = new TemporaryFolder();
        using Process child = StartReading(elsewhere.FullName);
        try
        {
            string name = Make(StoreFolder.NameFor(child));
            StoreFolder.RemoveStale(_folder.FullName);
            Assert.That(Names, Is.EqualTo([name]));
        }
        finally
        {
            Kill(child);
        }
        StoreFolder.RemoveStale(_folder.FullName);
        Assert.That(Names, Is.Empty);
    }

    [Test]
    public void A_process_killed_while_it_reads_leaves_nothing()
    {
        using Process child = StartReading(_folder.FullName);
        try
        {
            if (OperatingSystem.IsLinux())
                Assert.That(
                    Directory.EnumerateFiles($"/proc/{child.Id}/fd").Select(file => new FileInfo(file).LinkTarget),
                    Has.One.StartsWith(_folder.FullName),
                    "It does read into a file there."
                );
        }
        finally
        {
            Kill(child);
        }
        // Windows deletes the file with the process, a moment later.
        StoreFolder.RemoveStale(_folder.FullName);
        Assert.That(Names, Is.Empty);
    }

    [Test]
    public void Another_process_of_the_same_number_does_not_keep_a_file()
    {
        using var self = Process.GetCurrentProcess();
        string[] parts = StoreFolder.NameFor(self).Split('-');
        parts[2] = "1000000000";
        Make(string.Join('-', parts));
        string own = Make(StoreFolder.NameFor(self));

        StoreFolder.RemoveStale(_folder.FullName);

        Assert.That(Names, Is.EqualTo([own]));
    }

    [Test]
    public void A_file_that_somebody_has_open_stays_whatever_its_process_number_says()
    {
        string name = Make($"rnnmlnet-2147483647-1000000000-{Guid.NewGuid():N}.store");
        using (new FileStream(_folder.PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            StoreFolder.RemoveStale(_folder.FullName);
            Assert.That(Names, Is.EqualTo([name]));
        }
        StoreFolder.RemoveStale(_folder.FullName);
        Assert.That(Names, Is.Empty);
    }

    [Test]
    public void What_is_not_a_stores_file_stays()
    {
        string id = $"{Guid.NewGuid():N}",
            stale = $"rnnmlnet-2147483647-1000000000-{id}.store";
        string[] others =
        [
            Make($"rnnmlnet-2147483647-1000000000-{id}.store.zip"),
            Make($"my-{stale}"),
            Make("rnnmlnet-1-2-3.store"),
            Make("rnnmlnet-notes.store"),
            Make($"rnnmlnet-x-1000000000-{id}.store"),
            Make($"rnnmlnet-2147483647-1000000000-{id.ToUpperInvariant()}G.store"),
        ];
        string folder = $"rnnmlnet-2147483647-1000000001-{id}.store";
        Directory.CreateDirectory(_folder.PathOf(folder));
        Make(stale);

        StoreFolder.RemoveStale(_folder.FullName);

        Assert.That(Names, Is.EqualTo(others.Append(folder).Order(StringComparer.Ordinal)));
    }

    [Test, Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
    public void A_link_is_neither_followed_nor_removed()
    {
        string target = Make("somebody's data"),
            link = $"rnnmlnet-2147483647-1000000000-{Guid.NewGuid():N}.store";
        File.CreateSymbolicLink(_folder.PathOf(link), _folder.PathOf(target));

        StoreFolder.RemoveStale(_folder.FullName);

        Assert.That(Names, Is.EqualTo([link, target]));
    }

    [Test]
    public void Making_a_file_removes_stale_ones()
    {
        Make($"rnnmlnet-2147483647-1000000000-{Guid.NewGuid():N}.store");
        string other = Make("notes.txt");

        using (StoreFile.Create(new TestHost().Host, _folder.FullName, bytes: 1))
            Assert.That(Names.Where(name => name.Contains("2147483647", StringComparison.Ordinal)), Is.Empty);

        Assert.That(Names, Is.EqualTo([other]));
    }
}
