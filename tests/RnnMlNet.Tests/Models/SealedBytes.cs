using System.Security.Cryptography;
using RnnMlNet.Models;

namespace RnnMlNet.Tests.Models;

/// <summary>A network's sealed block as bytes, to be read again, altered, and sealed again.</summary>
internal static class SealedBytes
{
    /// <summary>Magic, version, length and checksum, before the payload.</summary>
    public const int HeaderBytes = 4 + 4 + 4 + 32;

    public static byte[] Of(TrainedNetwork network)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        ModelFormat.Write(writer, network);
        writer.Flush();
        return memory.ToArray();
    }

    public static TrainedNetwork Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return ModelFormat.Read(reader);
    }

    /// <summary>A block with another payload and the checksum that belongs to it, as somebody would make who means to deceive.</summary>
    public static byte[] WithPayload(byte[] block, byte[] payload)
    {
        byte[] version = block[4..8], length = BitConverter.GetBytes(payload.Length);
        return [.. block[..4], .. version, .. length, .. SHA256.HashData([.. version, .. length, .. payload]), .. payload];
    }

    /// <summary>The block with an int at a place of its payload replaced, sealed again.</summary>
    public static byte[] WithInt(byte[] block, int place, int value)
    {
        byte[] payload = block[HeaderBytes..];
        BitConverter.GetBytes(value).CopyTo(payload, place);
        return WithPayload(block, payload);
    }
}
