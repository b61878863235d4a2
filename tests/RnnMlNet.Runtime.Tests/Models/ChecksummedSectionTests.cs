using NUnit.Framework;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Tests.Support;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Runtime.Tests.Models;

/// <summary>A section detects newer, truncated and altered files, and trusts no size.</summary>
[TestFixture]
public class ChecksummedSectionTests
{
    private const int VersionAt = 4;
    private const int LengthAt = 8;
    private const string Part = "The model file's part 'test'";

    private static readonly byte[] _block = Blocks.Seal([1, 2, 3, 4, 5, 6, 7, 8], version: 3);

    private static byte[] Read(byte[] block, int newest = 3) =>
        ChecksummedSection.Read(new BinaryReader(new MemoryStream(block)), newest, Part, (payload, _) => payload.ReadBytes(8));

    private static void Refused(byte[] block, string sentence)
    {
        var exception = Assert.Throws<FormatException>(() => Read(block))!;
        Assert.That(exception.Message, Is.EqualTo(sentence));
        Assert.That(ModelErrors.IsMarked(exception), Is.True, "ML.NET knows its own exceptions by their mark.");
    }

    [Test]
    public void What_was_written_is_read()
    {
        Assert.That(Read(_block), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
    }

    [Test]
    public void The_payload_is_told_its_version()
    {
        int version = ChecksummedSection.Read(
            new BinaryReader(new MemoryStream(_block)),
            5,
            Part,
            (payload, version) => payload.ReadBytes(8).Length > 0 ? version : 0
        );
        Assert.That(version, Is.EqualTo(3));
    }

    [Test]
    public void The_layout_is_the_documented_one()
    {
        byte[] header = [.. "RNNM"u8, 3, 0, 0, 0, 8, 0, 0, 0];
        Assert.That(_block[..12], Is.EqualTo(header));
        Assert.That(_block[12..44], Is.EqualTo(System.Security.Cryptography.SHA256.HashData([.. header[4..], .. _block[44..]])));
        Assert.That(_block[44..], Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }));
    }

    [Test]
    public void What_follows_the_block_is_left()
    {
        var reader = new BinaryReader(new MemoryStream([.. _block, 77]));
        ChecksummedSection.Read(reader, 3, Part, (payload, _) => payload.ReadBytes(8));
        Assert.That(reader.ReadByte(), Is.EqualTo(77));
    }

    [Test]
    public void A_newer_version() =>
        Refused(
            Blocks.Seal([1], version: 4),
            "The model file's part 'test' has format version 4, but this RnnMlNet reads versions up to 3: update RnnMlNet."
        );

    [Test]
    public void A_newer_version_is_told_before_its_end_is_looked_for() =>
        Refused(
            Blocks.Seal([1], version: 4)[..8],
            "The model file's part 'test' has format version 4, but this RnnMlNet reads versions up to 3: update RnnMlNet."
        );

    [Test]
    public void An_impossible_version() =>
        Refused(Blocks.With(_block, VersionAt, 0), "The model file's part 'test' is damaged: version 0, length 8.");

    [Test]
    public void Another_beginning() =>
        Refused(
            Blocks.With(_block, 0, 1),
            "The model file's part 'test' does not begin as RnnMlNet writes it: it is damaged or was not written by RnnMlNet."
        );

    [Test]
    public void Cut_off_anywhere([Range(0, 51)] int length) =>
        Refused(_block[..length], "The model file's part 'test' is truncated: the file ends before it does.");

    [Test]
    public void Altered_anywhere_behind_its_length([Range(12, 51)] int at)
    {
        byte[] altered = [.. _block];
        altered[at] ^= 1;
        Refused(altered, "The model file's part 'test' is damaged or was altered: its checksum does not match.");
    }

    [Test]
    public void Another_known_version() =>
        Refused(Blocks.With(_block, VersionAt, 2), "The model file's part 'test' is damaged or was altered: its checksum does not match.");

    [Test]
    public void A_negative_length() =>
        Refused(Blocks.With(_block, LengthAt, -1), "The model file's part 'test' is damaged: version 3, length -1.");

    [Test]
    public void A_huge_length_ends_at_the_end_of_the_file_and_not_in_memory()
    {
        byte[] block = Blocks.With(_block, LengthAt, int.MaxValue);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refused(block, "The model file's part 'test' is truncated: the file ends before it does.");

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    public void A_payload_longer_than_its_reader_expects() =>
        Refused(
            Blocks.Seal([1, 2, 3, 4, 5, 6, 7, 8, 9], version: 3),
            "The model file's part 'test' is damaged: 1 bytes follow where it should end."
        );

    [Test]
    public void A_payload_shorter_than_its_reader_expects()
    {
        byte[] block = Blocks.Seal([1, 2], version: 3);
        var exception = Assert.Throws<FormatException>(() =>
            ChecksummedSection.Read(new BinaryReader(new MemoryStream(block)), 3, Part, (payload, _) => payload.ReadInt32())
        )!;
        Assert.That(exception.Message, Does.StartWith("The model file's part 'test' is damaged: "));
        Assert.That(ModelErrors.IsMarked(exception), Is.True);
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(int.MaxValue)]
    public void A_count_that_the_payload_cannot_hold(int count)
    {
        byte[] block = Blocks.Seal([.. BitConverter.GetBytes(count), 0, 0, 0, 0, 0, 0, 0, 0], version: 3);
        var exception = Assert.Throws<FormatException>(() =>
            ChecksummedSection.Read(new BinaryReader(new MemoryStream(block)), 3, Part, (payload, _) => payload.ReadCount(4, "things"))
        )!;
        Assert.That(
            exception.Message,
            Is.EqualTo($"The model file's part 'test' is damaged: it states {count} things, but only 8 bytes are left.")
        );
    }

    [TestCase(-1)]
    [TestCase(3)]
    [TestCase(1L << 40)]
    public void Numbers_that_the_payload_cannot_hold(long count)
    {
        byte[] block = Blocks.Seal(new byte[11], version: 3);
        var exception = Assert.Throws<FormatException>(() =>
            ChecksummedSection.Read(
                new BinaryReader(new MemoryStream(block)),
                3,
                Part,
                (payload, _) => payload.ReadSingles(count, "weight 'w'")
            )
        )!;
        Assert.That(
            exception.Message,
            Is.EqualTo($"The model file's part 'test' is damaged: weight 'w' needs {count} numbers, but only 11 bytes are left.")
        );
    }

    // A megabyte of a compressed file may be a gigabyte of zeros.
    [Test]
    [Category(Categories.Slow)]
    public void What_is_hashed_is_not_kept_in_memory()
    {
        byte[] block = Blocks.Seal(new byte[32 << 20], version: 3);
        block[^1] = 1;
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refused(block, "The model file's part 'test' is damaged or was altered: its checksum does not match.");

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
    }

    [Test]
    [Category(Categories.Slow)]
    public void A_large_payload_of_the_same_bytes_over_and_over_is_refused_where_it_comes_out_of_a_compressed_file()
    {
        byte[] block = Blocks.Seal(new byte[(64 << 20) + 1], version: 3);
        T Read<T>(bool isUnpacked, Func<PayloadReader, int, T> read) =>
            ChecksummedSection.Read(new BinaryReader(new MemoryStream(block)), 3, Part, read, isUnpacked);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var exception = Assert.Throws<FormatException>(() => Read(isUnpacked: true, (payload, _) => payload.ReadSingles(1, "numbers")))!;

        Assert.That(
            exception.Message,
            Does.Match(
                @"^The model file's part 'test' is damaged: its 67108865 bytes repeat a few bytes \(\d+ bytes compressed\), "
                    + @"which no training produces\.$"
            )
        );
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4 << 20));
        Assert.That(
            Read(isUnpacked: false, (payload, _) => payload.ReadBytes(block.Length).Length),
            Is.EqualTo((64 << 20) + 1),
            "A file that is not compressed has the bytes that it fills memory with."
        );
    }

    [Test]
    [Category(Categories.Slow)]
    public void A_large_payload_of_random_numbers_is_read_where_it_comes_out_of_a_compressed_file()
    {
        var random = new byte[(64 << 20) + 5];
        new Random(1).NextBytes(random);
        byte[] block = Blocks.Seal(random, version: 3);

        byte[] read = ChecksummedSection.Read(
            new BinaryReader(new MemoryStream(block)),
            3,
            Part,
            (payload, _) => payload.ReadBytes(random.Length),
            isUnpacked: true
        );

        Assert.That(read.AsSpan().SequenceEqual(random), Is.True);
    }
}
