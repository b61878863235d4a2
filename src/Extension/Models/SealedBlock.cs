using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Models;

/// <summary>
/// A part of a model file or of a checkpoint that knows its version, its length and its SHA-256, so that a newer, truncated or altered file is
/// told apart before anything in it is believed.
/// </summary>
/// <remarks>
/// *** Binary format ***
/// 4 bytes: "RNNM"
/// int: format version
/// int: length of the payload in bytes
/// 32 bytes: SHA-256 of version, length and payload
/// the payload
/// </remarks>
internal static class SealedBlock
{
    private const uint Magic = 0x4D4E4E52; // "RNNM", little-endian
    private const int ChunkBytes = 1 << 20;

    public static void Write(BinaryWriter writer, int version, Action<BinaryWriter> payload)
    {
        using var memory = new MemoryStream();
        using (var inner = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
            payload(inner);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, checked((int)memory.Length));
        writer.Write(Magic);
        writer.Write(version);
        writer.Write(bytes.Length);
        writer.Write(Hash(version, bytes));
        writer.Write(bytes);
    }

    /// <summary>Reads a block, checks it, and hands its payload to <paramref name="payload"/>, which must read it to its last byte.</summary>
    /// <param name="reader">Stands at the block.</param>
    /// <param name="newestVersion">The newest version known.</param>
    /// <param name="what">What the block holds, for messages.</param>
    /// <param name="payload">Reads the payload, told its version.</param>
    /// <param name="file">What kind of file it is, for messages.</param>
    /// <exception cref="FormatException">The block is not one, newer, truncated or altered; the message says which.</exception>
    public static T Read<T>(BinaryReader reader, int newestVersion, string what, Func<PayloadReader, int, T> payload, string file = "model file")
    {
        string part = $"{file}'s part '{what}'";
        var (version, length, hash) = ReadHeader(reader, newestVersion, part);
        byte[] bytes = ReadBytes(reader, length, part);
        if (!hash.AsSpan().SequenceEqual(Hash(version, bytes)))
            throw Contracts.ExceptDecode($"The {part} is damaged or was altered: its checksum does not match.");

        using var inner = new PayloadReader(bytes, part);
        T result = inner.Parse(r => payload(r, version));
        inner.CheckAtEnd();
        return result;
    }

    private static (int Version, int Length, byte[] Hash) ReadHeader(BinaryReader reader, int newestVersion, string part)
    {
        try
        {
            uint magic = reader.ReadUInt32();
            if (magic != Magic)
                throw Contracts.ExceptDecode($"The {part} does not begin as RnnMlNet writes it: it is damaged or was not written by RnnMlNet.");
            int version = reader.ReadInt32();
            if (version > newestVersion)
                throw Contracts.ExceptDecode($"The {part} has format version {version}, but this RnnMlNet knows versions up to {newestVersion}: update RnnMlNet.");
            int length = reader.ReadInt32();
            byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes);
            if (version < 1 || length < 0)
                throw Contracts.ExceptDecode($"The {part} is damaged: version {version}, length {length}.");
            if (hash.Length < SHA256.HashSizeInBytes)
                throw Truncated(part);
            return (version, length, hash);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(part);
        }
    }

    // In chunks, so that a wrong length ends at the end of the file and not in a huge allocation.
    private static byte[] ReadBytes(BinaryReader reader, int length, string part)
    {
        using var memory = new MemoryStream();
        while (memory.Length < length)
        {
            byte[] chunk = reader.ReadBytes((int)Math.Min(ChunkBytes, length - memory.Length));
            if (chunk.Length == 0)
                throw Truncated(part);
            memory.Write(chunk);
        }
        return memory.ToArray();
    }

    private static byte[] Hash(int version, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, version);
        BinaryPrimitives.WriteInt32LittleEndian(header[sizeof(int)..], payload.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(payload);
        return hash.GetHashAndReset();
    }

    private static Exception Truncated(string part) => Contracts.ExceptDecode($"The {part} is truncated: the file ends before it does.");
}
