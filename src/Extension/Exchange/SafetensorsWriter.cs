using System.Buffers.Binary;
using System.Text.Json;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Exchange;

/// <summary>
/// Writes safetensors files (<see cref="SafetensorsFile"/> holds the format): F32, in the order given. The same tensors give the same
/// bytes.
/// </summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;
    private const int ChunkValues = 1 << 13;

    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IEnumerable<(string Key, string Value)> metadata)
    {
        byte[] header = Header(tensors, metadata);
        int padding = (Alignment - header.Length % Alignment) % Alignment;
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)(header.Length + padding));
        stream.Write(length);
        stream.Write(header);
        stream.Write("        "u8[..padding]);
        foreach (NamedTensor tensor in tensors)
            WriteValues(stream, tensor.Values);
    }

    private static byte[] Header(IReadOnlyList<NamedTensor> tensors, IEnumerable<(string Key, string Value)> metadata)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            foreach (var (key, value) in metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (NamedTensor tensor in tensors)
                WriteEntry(json, tensor, ref offset);
            json.WriteEndObject();
        }
        return memory.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, NamedTensor tensor, ref long offset)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", SafetensorsType.Single);
        json.WriteStartArray("shape");
        foreach (int side in tensor.Shape)
            json.WriteNumberValue(side);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        offset += sizeof(float) * (long)tensor.Values.Length;
        json.WriteNumberValue(offset);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteValues(Stream stream, float[] values)
    {
        var chunk = new byte[sizeof(float) * ChunkValues];
        for (int at = 0; at < values.Length; at += ChunkValues)
        {
            ReadOnlySpan<float> part = values.AsSpan(at, Math.Min(ChunkValues, values.Length - at));
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(sizeof(float) * i), part[i]);
            stream.Write(chunk.AsSpan(0, sizeof(float) * part.Length));
        }
    }
}
