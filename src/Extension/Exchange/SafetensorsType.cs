using System.Buffers.Binary;

namespace RnnMlNet.Exchange;

/// <summary>
/// The number types of safetensors files: bytes of a value, and conversion to floats of those that weights have.
/// </summary>
internal static class SafetensorsType
{
    /// <summary>The type we write.</summary>
    public const string Single = "F32";

    /// <summary>The types whose values can be read, as text.</summary>
    public const string Readable = "F32, F16, BF16 and F64";

    private static readonly Dictionary<string, int> _bytes = new(StringComparer.Ordinal)
    {
        ["F64"] = 8,
        ["F32"] = 4,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["I64"] = 8,
        ["I32"] = 4,
        ["I16"] = 2,
        ["I8"] = 1,
        ["U64"] = 8,
        ["U32"] = 4,
        ["U16"] = 2,
        ["U8"] = 1,
        ["BOOL"] = 1,
    };

    /// <summary>Bytes of one value, or null for an unknown type.</summary>
    public static int? BytesOf(string type) => _bytes.TryGetValue(type, out int bytes) ? bytes : null;

    public static bool CanRead(string type) => type is Single or "F16" or "BF16" or "F64";

    /// <summary>Converts values of a readable type; F64 is rounded, to infinity beyond the range of a float.</summary>
    public static void ToSingles(string type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case "F64":
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            case "F16":
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                break;
            case "BF16":
                // BF16 is the upper half of a float.
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                break;
            default:
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
        }
    }
}
