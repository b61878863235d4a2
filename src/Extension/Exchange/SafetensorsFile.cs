using System.Buffers.Binary;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Exchange;

/// <summary>A safetensors file: its header is read on opening, its values on request.</summary>
/// <remarks>
/// *** Binary format ***, https://github.com/huggingface/safetensors
/// 8 bytes: length of the header, little-endian
/// the header (<see cref="SafetensorsHeader"/>), padded with spaces so that the values begin at a multiple of 8 bytes
/// the values, little-endian, row-major
/// </remarks>
internal sealed class SafetensorsFile
{
    // The reference implementation's limit; real headers have some kilobytes.
    private const long LargestHeader = 100_000_000;
    private const int LengthBytes = 8;
    private const int ChunkValues = 1 << 13;
    private readonly Stream _stream;
    private readonly long _dataStart;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(Stream stream, SafetensorsHeader header, long dataStart)
    {
        _stream = stream;
        _header = header;
        _dataStart = dataStart;
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">At the file's first byte, ending with its last. It must stay open while values are read.</param>
    /// <exception cref="FormatException">The file is not a safetensors file, or a damaged one; the message states the defect.</exception>
    public static SafetensorsFile Open(Stream stream)
    {
        stream = Seekable(stream);
        long start = stream.Position,
            bytes = stream.Length - start;
        if (bytes < LengthBytes)
            throw Contracts.ExceptDecode(
                $"The safetensors file is truncated: it has {bytes} bytes, and its first {LengthBytes} should be the length of its header."
            );
        Span<byte> length = stackalloc byte[LengthBytes];
        stream.ReadExactly(length);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (headerBytes > (ulong)(bytes - LengthBytes))
            throw Contracts.ExceptDecode(
                $"The safetensors file is truncated, or is not one: it states a header of {headerBytes} bytes, but only "
                    + $"{bytes - LengthBytes} follow."
            );
        if (headerBytes > LargestHeader)
            throw Contracts.ExceptDecode(
                $"The safetensors file states a header of {headerBytes} bytes; one of up to {LargestHeader} can be read."
            );
        var json = new byte[headerBytes];
        stream.ReadExactly(json);
        if (json.Length == 0 || json[0] != '{')
            throw Contracts.ExceptDecode("The safetensors file is damaged, or is not one: its header does not begin with '{'.");
        long dataStart = start + LengthBytes + json.Length;
        return new SafetensorsFile(stream, SafetensorsHeader.Parse(json, start + bytes - dataStart), dataStart);
    }

    /// <summary>A tensor's values, row-major. Its type must be one that can be read.</summary>
    public float[] ReadValues(SafetensorsEntry entry)
    {
        int size = SafetensorsType.BytesOf(entry.Type)!.Value;
        long count = (entry.End - entry.Begin) / size;
        if (count > Array.MaxLength)
            throw Contracts.ExceptDecode(
                $"The tensor {entry.Describe()} of the safetensors file has {count} values; one of up to {Array.MaxLength} can be read."
            );
        var values = new float[count];
        var chunk = new byte[Math.Min(count, ChunkValues) * size];
        _stream.Position = _dataStart + entry.Begin;
        for (int at = 0; at < values.Length; at += ChunkValues)
        {
            Span<float> part = values.AsSpan(at, Math.Min(ChunkValues, values.Length - at));
            Span<byte> bytes = chunk.AsSpan(0, part.Length * size);
            _stream.ReadExactly(bytes);
            SafetensorsType.ToSingles(entry.Type, bytes, part);
        }
        return values;
    }

    // The length must be known before the header is trusted.
    private static Stream Seekable(Stream stream)
    {
        if (stream.CanSeek)
            return stream;
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
