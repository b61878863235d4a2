using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace RnnMlNet.Runtime.Models;

/// <summary>
/// A section of a file with its version, its length and its SHA-256, so that a newer, truncated or altered file is recognised before
/// any of its content is used.
/// </summary>
/// <remarks>
/// *** Binary format ***
/// 4 bytes: "RNNM"
/// int: format version
/// int: length of the payload in bytes
/// 32 bytes: SHA-256 of version, length and payload
/// the payload
/// </remarks>
internal static class ChecksummedSection
{
    /// <summary>Most bytes of a payload: an array's limit.</summary>
    public static long MaxBytes => Array.MaxLength;

    private const uint Magic = 0x4D4E4E52; // "RNNM", little-endian
    private const int ChunkBytes = 1 << 20;

    // Weights and series compress by about a tenth; small payloads may compress by any factor.
    private const int MostExpansion = 100;
    private const int SmallBytes = 64 << 20;

    /// <summary>Writes a section.</summary>
    /// <param name="writer">The destination.</param>
    /// <param name="version">Version of its format.</param>
    /// <param name="payload">Writes its content.</param>
    /// <param name="capacity">Bytes of the content or a little less, where known: growth would leave several arrays as large as
    /// garbage.</param>
    public static void Write(BinaryWriter writer, int version, Action<BinaryWriter> payload, int capacity = 0)
    {
        using MemoryStream memory = Written(payload, capacity);
        ReadOnlySpan<byte> bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Header(version, bytes.Length));
        hash.AppendData(bytes);
        writer.Write(Magic);
        writer.Write(version);
        writer.Write(bytes.Length);
        writer.Write(hash.GetHashAndReset());
        writer.Write(bytes);
    }

    /// <summary>
    /// Reads a section, checks it, and passes its payload to <paramref name="payload"/>, which must read it to its last byte.
    /// </summary>
    /// <param name="reader">At the section, on a seekable stream: the payload is hashed in place, and then read.</param>
    /// <param name="newestVersion">The newest supported version.</param>
    /// <param name="what">Name of the section at the start of a message: <c>The model file's part 'network'</c>.</param>
    /// <param name="payload">Reads the payload, given its version.</param>
    /// <param name="isUnpacked">Whether the stream is decompressed, so that few bytes may expand to many: such a payload is
    /// rejected.</param>
    /// <exception cref="FormatException">The section is not one, newer, truncated or altered; the message states which.</exception>
    public static T Read<T>(
        BinaryReader reader,
        int newestVersion,
        string what,
        Func<PayloadReader, int, T> payload,
        bool isUnpacked = false
    )
    {
        var (version, length, hash) = ReadHeader(reader, newestVersion, what);
        long start = reader.BaseStream.Position;
        if (length > reader.BaseStream.Length - start)
            throw Truncated(what);
        CheckHash(reader.BaseStream, version, length, hash, what, isUnpacked);

        reader.BaseStream.Position = start;
        using var inner = new PayloadReader(new PartStream(reader.BaseStream, length), what);
        T result = inner.Parse(r => payload(r, version));
        inner.CheckAtEnd();
        reader.BaseStream.Position = start + length;
        return result;
    }

    /// <summary>Skips a section without reading it.</summary>
    /// <param name="reader">At the section, on a seekable stream.</param>
    public static void Skip(BinaryReader reader)
    {
        var (_, length, _) = ReadHeader(reader, int.MaxValue, "A part of the model file");
        if (length > reader.BaseStream.Length - reader.BaseStream.Position)
            throw Truncated("A part of the model file");
        reader.BaseStream.Position += length;
    }

    private static MemoryStream Written(Action<BinaryWriter> payload, int capacity)
    {
        var memory = new MemoryStream(capacity);
        using var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            payload(writer);
        }
        catch (IOException e)
        {
            throw ModelErrors.Operation(
                "A part of the file would be larger than 2 GiB, the most that a model file or a checkpoint of "
                    + "RnnMlNet can hold: train a smaller network, or fewer of them.",
                e
            );
        }
        return memory;
    }

    private static (int Version, int Length, byte[] Hash) ReadHeader(BinaryReader reader, int newestVersion, string what)
    {
        try
        {
            uint magic = reader.ReadUInt32();
            if (magic != Magic)
                throw ModelErrors.Format($"{what} does not begin as RnnMlNet writes it: it is damaged or was not written by RnnMlNet.");
            int version = reader.ReadInt32();
            if (version > newestVersion)
                throw ModelErrors.Format(
                    $"{what} has format version {version}, but this RnnMlNet reads versions up to {newestVersion}: update RnnMlNet."
                );
            int length = reader.ReadInt32();
            byte[] hash = reader.ReadBytes(SHA256.HashSizeInBytes);
            if (version < 1 || length < 0)
                throw ModelErrors.Format($"{what} is damaged: version {version}, length {length}.");
            if (hash.Length < SHA256.HashSizeInBytes)
                throw Truncated(what);
            return (version, length, hash);
        }
        catch (EndOfStreamException)
        {
            throw Truncated(what);
        }
    }

    // In chunks: whatever the stated length, no more memory than a chunk is allocated before the payload is known to be intact.
    private static void CheckHash(Stream stream, int version, int length, byte[] expected, string what, bool isUnpacked)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var size = isUnpacked && length > SmallBytes ? new PackedSize() : null;
        hash.AppendData(Header(version, length));
        var chunk = new byte[Math.Min(length, ChunkBytes)];
        for (int left = length; left > 0; left -= chunk.Length)
        {
            if (chunk.Length > left)
                chunk = new byte[left];
            stream.ReadExactly(chunk);
            hash.AppendData(chunk);
            size?.Add(chunk);
        }
        if (!expected.AsSpan().SequenceEqual(hash.GetHashAndReset()))
            throw ModelErrors.Format($"{what} is damaged or was altered: its checksum does not match.");
        if (size?.Bytes is long packed && length / MostExpansion > packed)
            throw ModelErrors.Format(
                $"{what} is damaged: its {length} bytes repeat a few bytes ({packed} bytes " + "compressed), which no training produces."
            );
    }

    private static byte[] Header(int version, int length)
    {
        var header = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(header, version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(sizeof(int)), length);
        return header;
    }

    private static Exception Truncated(string what) => ModelErrors.Format($"{what} is truncated: the file ends before it does.");

    /// <summary>Compressed size of bytes.</summary>
    private sealed class PackedSize : IDisposable
    {
        private readonly CountingStream _count = new();
        private readonly DeflateStream _deflate;

        public PackedSize()
        {
            _deflate = new DeflateStream(_count, CompressionLevel.Fastest);
        }

        /// <summary>Compressed size so far, except for what is still being compressed.</summary>
        public long Bytes
        {
            get
            {
                _deflate.Flush();
                return _count.Length;
            }
        }

        public void Add(byte[] chunk) => _deflate.Write(chunk);

        public void Dispose() => _deflate.Dispose();
    }
}
