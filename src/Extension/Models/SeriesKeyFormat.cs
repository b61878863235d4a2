using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Models;

/// <summary>The file format of a series' key.</summary>
/// <remarks>
/// *** Binary format ***
/// int: length of the key, that many UTF-16 code units (a key need not be well-formed text)
/// </remarks>
internal static class SeriesKeyFormat
{
    /// <summary>Bytes of a key.</summary>
    public static long BytesOf(string key) => sizeof(int) + sizeof(char) * (long)key.Length;

    public static void Write(BinaryWriter writer, string key)
    {
        writer.Write(key.Length);
        foreach (char unit in key)
            writer.Write((ushort)unit);
    }

    /// <exception cref="FormatException">It is longer than the rest of the payload.</exception>
    public static string Read(PayloadReader reader)
    {
        var units = new char[reader.ReadCount(sizeof(char), "characters of a series' key")];
        for (int i = 0; i < units.Length; i++)
            units[i] = (char)reader.ReadUInt16();
        return new string(units);
    }
}
