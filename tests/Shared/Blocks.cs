using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Tests.Support;

/// <summary>
/// Sealed blocks as bytes: written, opened, changed inside and sealed again, so that the checks behind the checksum are reached.
/// </summary>
internal static partial class Blocks
{
    /// <summary>Bytes before the payload: magic, version, length, SHA-256.</summary>
    public const int HeaderBytes = 4 + 4 + 4 + 32;

    /// <summary>The payload of a file's first block.</summary>
    public static byte[] Payload(byte[] file) => file[HeaderBytes..End(file)];

    /// <summary>What follows a file's first block.</summary>
    public static byte[] Rest(byte[] file) => file[End(file)..];

    private static int End(byte[] file) => HeaderBytes + BitConverter.ToInt32(file, 8);

    public static int VersionOf(byte[] block) => BitConverter.ToInt32(block, 4);

    /// <summary>A block around a payload, of any version, with the checksum that belongs to it.</summary>
    public static byte[] Seal(byte[] payload, int version = 1) =>
        Written(writer => ChecksummedSection.Write(writer, version, inner => inner.Write(payload)));

    public static byte[] Written(Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory))
            write(writer);
        return memory.ToArray();
    }

    /// <summary>A copy with a 32-bit integer replaced.</summary>
    public static byte[] With(byte[] bytes, int offset, int value)
    {
        byte[] copy = [.. bytes];
        BitConverter.TryWriteBytes(copy.AsSpan(offset), value);
        return copy;
    }
}
