using NUnit.Framework;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Models;

/// <summary>A file is the old one or the new one, never a part of one.</summary>
[TestFixture]
public class AtomicFileTests
{
    [Test]
    public void A_file_is_written_and_replaced()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        foreach (byte[] content in new byte[][] { [1, 2, 3], [4] })
        {
            AtomicFile.Write(path, stream => stream.Write(content));
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(content));
        }
        AssertAlone(path);
    }

    [Test]
    public void The_old_file_is_there_until_the_new_one_is_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        File.WriteAllBytes(path, [1, 2, 3]);
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write(new byte[100_000]);
                stream.Flush();
                Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
            }
        );
        Assert.That(new FileInfo(path).Length, Is.EqualTo(100_000));
    }

    [Test]
    public void Writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.That(
            () =>
                AtomicFile.Write(
                    path,
                    stream =>
                    {
                        stream.Write(new byte[100_000]);
                        throw new IOException("No space left on device");
                    }
                ),
            Throws
                .TypeOf<IOException>()
                .With.Message.EqualTo(
                    $"The file '{path}' cannot be written (No space left on device): name another path. An existing file is unchanged."
                )
        );
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        AssertAlone(path);
    }

    [TestCase(null, "name another path")]
    [TestCase("CheckpointPath", "set another CheckpointPath")]
    public void A_full_disk_is_told_of_with_the_file_and_what_to_do(string? option, string another)
    {
        if (!File.Exists("/dev/full"))
            Assert.Ignore("There is no /dev/full.");
        Assert.That(
            () => AtomicFile.Write("/dev/full", stream => stream.Write(new byte[100_000]), option),
            Throws
                .TypeOf<IOException>()
                .With.Message.EqualTo(
                    $"The file '/dev/full' cannot be written (No space left on device): free room on that disk, or "
                        + $"{another} on a larger one. "
                        + "An existing file is unchanged."
                )
        );
    }

    [Test]
    public void Two_that_write_one_file_at_once()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.Write([1]);
                Assert.That(
                    () => AtomicFile.Write(path, other => other.Write([2]), "CheckpointPath"),
                    Throws
                        .TypeOf<IOException>()
                        .With.Message.EqualTo(
                            $"The file '{path}' cannot be written, because another process or thread writes it at the same time: "
                                + "give each a path of its own as CheckpointPath. An existing file is unchanged."
                        )
                );
            }
        );
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public void One_that_was_deleted_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        Assert.That(
            () => AtomicFile.Write(path, _ => AtomicFile.Delete(path)),
            Throws
                .TypeOf<IOException>()
                .With.Message.StartsWith(
                    $"The file '{path}' cannot be written, because another process or thread writes it at the same time: give each a "
                        + $"path of its "
                        + "own. "
                )
        );
    }

    [Test]
    public void A_folder_that_is_not_there() =>
        Assert.That(
            () => AtomicFile.Write(Path.Combine(Path.GetTempPath(), "RnnMlNet.Tests.no-such-folder", "file"), _ => { }),
            Throws.InstanceOf<DirectoryNotFoundException>()
        );

    // A process that is killed as it writes leaves such a file.
    [Test]
    public void What_a_killed_write_left_is_written_over_and_deleted()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file"),
            left = folder.PathOf("file.tmp");
        File.WriteAllBytes(left, new byte[100]);
        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));

        File.WriteAllBytes(left, new byte[100]);
        AtomicFile.Delete(path);
        AtomicFile.Delete(path);

        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.Empty);
    }

    // A stream that still holds bytes when it is closed on a full disk throws a second time.
    [Test]
    public void Bytes_that_were_not_yet_written_when_it_failed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        Assert.That(
            () =>
                AtomicFile.Write(
                    path,
                    stream =>
                    {
                        stream.WriteByte(1);
                        throw new InvalidOperationException("what was to be written is not there");
                    }
                ),
            Throws.InvalidOperationException.With.Message.EqualTo("what was to be written is not there")
        );
        Assert.That(Directory.GetFiles(folder.FullName), Is.Empty);
    }

    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead)]
    [TestCase(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)]
    [Platform(Exclude = "Win", Reason = "Windows has no such modes")]
    public void The_mode_of_a_file_is_kept(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        File.WriteAllBytes(path, [1]);
        File.SetUnixFileMode(path, mode);
        AtomicFile.Write(path, stream => stream.Write([2]));
        Assert.That(
            (File.GetUnixFileMode(path), File.ReadAllBytes(path)),
            Is.EqualTo((mode, new byte[] { 2 }))
                .Using<(UnixFileMode, byte[])>((a, b) => a.Item1 == b.Item1 && a.Item2.SequenceEqual(b.Item2))
        );
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such modes")]
    public void A_new_file_has_the_mode_of_other_new_files()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.PathOf("other"), []);
        AtomicFile.Write(folder.PathOf("file"), stream => stream.Write([1]));
        Assert.That(File.GetUnixFileMode(folder.PathOf("file")), Is.EqualTo(File.GetUnixFileMode(folder.PathOf("other"))));
    }

    // Links to links, and to where nothing is yet, in this folder or another.
    [TestCase(true, 1)]
    [TestCase(true, 3)]
    [TestCase(false, 1)]
    [TestCase(false, 2)]
    [Platform(Exclude = "Win", Reason = "Windows lets administrators alone make links")]
    public void What_a_link_leads_to_is_written_and_the_link_stays(bool isThere, int links)
    {
        using var folder = new TemporaryFolder();
        string target = Path.Combine(Directory.CreateDirectory(folder.PathOf("other")).FullName, "target");
        if (isThere)
            File.WriteAllBytes(target, [1, 2, 3]);
        string path = target;
        for (int i = 0; i < links; i++)
        {
            File.CreateSymbolicLink(folder.PathOf($"link{i}"), i == 0 ? Path.Combine("other", "target") : path);
            path = folder.PathOf($"link{i}");
        }

        AtomicFile.Write(path, stream => stream.Write([4]));

        Assert.That(new FileInfo(path).LinkTarget, Is.Not.Null);
        Assert.That(File.ReadAllBytes(target), Is.EqualTo(new byte[] { 4 }));
        Assert.That(new FileInfo(target).LinkTarget, Is.Null);
        AssertAlone(target);

        AtomicFile.Delete(path);

        Assert.That(File.Exists(target), Is.False);
        Assert.That(new FileInfo(path).LinkTarget, Is.Not.Null, "The next write goes where the link leads.");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows lets administrators alone make links")]
    public void A_link_under_the_other_name_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file"),
            foreign = folder.PathOf("foreign");
        File.WriteAllBytes(foreign, [7]);
        File.CreateSymbolicLink(folder.PathOf("file.tmp"), foreign);

        AtomicFile.Write(path, stream => stream.Write([1]));

        Assert.That(File.ReadAllBytes(foreign), Is.EqualTo(new byte[] { 7 }));
        Assert.That((new FileInfo(path).LinkTarget, File.ReadAllBytes(path)[0]), Is.EqualTo(((string?)null, (byte)1)));
    }

    [Test]
    public void A_folder_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => AtomicFile.Write(folder.FullName, _ => { }),
            Throws
                .InstanceOf<UnauthorizedAccessException>()
                .With.Message.EqualTo($"'{folder.FullName}' is a folder, where a file is to be written: name a file in it.")
        );
        Assert.That(File.Exists(folder.FullName + ".tmp"), Is.False);
    }

    [Test]
    [Platform("Linux")]
    public void A_device_is_written_to_and_stays_one()
    {
        AtomicFile.Write("/dev/null", stream => stream.Write([1]));
        Assert.That(
            () =>
                AtomicFile.Write(
                    "/dev/full",
                    stream =>
                    {
                        stream.Write([1]);
                        stream.Flush();
                    }
                ),
            Throws.InstanceOf<IOException>()
        );
        Assert.That(File.Exists("/dev/null.tmp") || File.Exists("/dev/full.tmp"), Is.False);
    }

    // In a process of its own, in which no file may grow beyond some bytes; .NET's name for that is not IOException.
    [Test]
    [Platform("Linux")]
    public void Files_that_users_name_stay_as_they_were_on_a_full_disk()
    {
        using var folder = new TemporaryFolder();

        ChildResult result = ChildProcess.Run(
            TestPaths.Program("tests", "TrainingHost"),
            new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" },
            "disk",
            folder.FullName
        );

        Assert.That(
            result.Output.TrimEnd().Split('\n'),
            Is.EqualTo(
                new[]
                {
                    "network.onnx: ArgumentOutOfRangeException, as it was",
                    "network.safetensors: ArgumentOutOfRangeException, as it was",
                    "history.svg: ArgumentOutOfRangeException, as it was",
                    "engine.checkpoint: ArgumentOutOfRangeException, as it was",
                    "a training: ArgumentOutOfRangeException",
                    "engine.checkpoint, history.svg, network.onnx, network.safetensors",
                }
            ),
            result.Error
        );
    }

    private static void AssertAlone(string path) =>
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo(new[] { path }));
}
