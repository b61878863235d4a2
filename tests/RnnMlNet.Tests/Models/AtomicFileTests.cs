using NUnit.Framework;
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
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        });
        Assert.That(new FileInfo(path).Length, Is.EqualTo(100_000));
    }

    [Test]
    public void Writing_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.That(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }), Throws.InstanceOf<IOException>().With.Message.EqualTo("No space left on device"));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        AssertAlone(path);
    }

    [Test]
    public void A_folder_that_is_not_there() =>
        Assert.That(() => AtomicFile.Write(Path.Combine(Path.GetTempPath(), "RnnMlNet.Tests.no-such-folder", "file"), _ => { }), Throws.InstanceOf<DirectoryNotFoundException>());

    // A process that is killed as it writes leaves such a file.
    [Test]
    public void What_a_killed_write_left_is_written_over_and_deleted()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file"), left = folder.PathOf("file.tmp");
        File.WriteAllBytes(left, new byte[100]);
        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1 }));

        File.WriteAllBytes(left, new byte[100]);
        AtomicFile.Delete(path);
        AtomicFile.Delete(path);

        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.Empty);
    }

    private static void AssertAlone(string path) => Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo(new[] { path }));
}
