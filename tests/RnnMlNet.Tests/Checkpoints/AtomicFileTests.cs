using NUnit.Framework;
using RnnMlNet.Checkpoints;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Checkpoints;

[TestFixture]
public class AtomicFileTests
{
    [Test]
    public void A_write_that_fails_leaves_the_file_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        Assert.That(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([4, 5]);
            throw new IOException("No space left.");
        }), Throws.TypeOf<IOException>());

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void The_file_is_as_it_was_until_all_is_written()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("file");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));

        AtomicFile.Write(path, stream =>
        {
            stream.Write([4]);
            stream.Flush();
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 1, 2, 3 }));
        });

        Assert.That(File.ReadAllBytes(path), Is.EqualTo(new byte[] { 4 }));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(path)!), Is.EqualTo([path]));
    }

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
}
