using System.Text.Json;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Exchange;

/// <summary>A tensor's entry in a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values, as in <c>F32</c>.</param>
/// <param name="Shape">Its dimensions, none negative.</param>
/// <param name="Begin">Start of its values, in bytes from the end of the header.</param>
/// <param name="End">End of its values.</param>
internal sealed record SafetensorsEntry(string Name, string Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    public bool IsMatrix => Shape.Count == 2;

    /// <summary>Name and dimensions, for a message.</summary>
    public string Describe() => $"'{Name}' [{string.Join(", ", Shape)}]";
}

/// <summary>A safetensors header, with every number in it checked against the file.</summary>
/// <remarks>
/// The header is a JSON object: for each tensor <c>name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}</c>, and
/// <c>"__metadata__"</c>, an object of strings. The tensors' bytes follow one another without overlap and without gaps up to the file's
/// end.
/// </remarks>
internal sealed class SafetensorsHeader
{
    public const string MetadataName = "__metadata__";

    private SafetensorsHeader(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        Entries = entries;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">Bytes in the file after the header.</param>
    /// <exception cref="FormatException">The bytes are not such a header, or do not fit the file; the message states where.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long dataBytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Damaged("its header is not a JSON object");
            return Read(document.RootElement, dataBytes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not Unicode.
            throw Contracts.ExceptDecode(e, $"The safetensors file is damaged: its header is not the expected JSON: {e.Message}");
        }
    }

    private static SafetensorsHeader Read(JsonElement root, long dataBytes)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
            if (property.NameEquals(MetadataName))
                ReadMetadata(property.Value, metadata);
            else
                entries.Add(ReadEntry(property.Name, property.Value, dataBytes));
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckTiling(entries, dataBytes);
        return new SafetensorsHeader(entries, metadata);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().Any(property => property.Value.ValueKind != JsonValueKind.String)
        )
            throw Damaged($"{MetadataName} is not an object of strings");
        foreach (JsonProperty property in value.EnumerateObject())
            metadata.Add(property.Name, property.Value.GetString()!);
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value, long dataBytes)
    {
        if (
            value.ValueKind != JsonValueKind.Object
            || value.EnumerateObject().Count() != 3
            || !value.TryGetProperty("dtype", out JsonElement type)
            || type.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out JsonElement shape)
            || shape.ValueKind != JsonValueKind.Array
            || !value.TryGetProperty("data_offsets", out JsonElement offsets)
            || offsets.ValueKind != JsonValueKind.Array
        )
            throw Damaged($"tensor '{name}' is not described by dtype (a string), shape and data_offsets (arrays) and nothing else");
        long[] sides = WholeNumbers(shape, name, "shape");
        long[] range = WholeNumbers(offsets, name, "data_offsets");
        if (range.Length != 2 || range[0] > range[1] || range[1] > dataBytes)
            throw Damaged(
                $"tensor '{name}' has the data_offsets [{string.Join(", ", range)}], which are no range of the {dataBytes} bytes of data"
            );
        var entry = new SafetensorsEntry(name, type.GetString()!, sides, range[0], range[1]);
        CheckSize(entry);
        return entry;
    }

    private static long[] WholeNumbers(JsonElement array, string name, string what)
    {
        var numbers = new long[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in array.EnumerateArray())
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out numbers[i++]) || numbers[i - 1] < 0)
                throw Damaged(
                    $"tensor '{name}' has the {what} {Shortened(array.GetRawText())}, which are not whole numbers from 0 to {long.MaxValue}"
                );
        return numbers;
    }

    private static void CheckSize(SafetensorsEntry entry)
    {
        if (SafetensorsType.BytesOf(entry.Type) is not int size)
            return;
        // In 128 bits and stopped at 2^64, so that neither many dimensions nor large ones overflow.
        Int128 bytes = size;
        foreach (long side in entry.Shape)
            bytes = Int128.Min(bytes, ulong.MaxValue) * side;
        if (bytes != entry.End - entry.Begin)
            throw Damaged(
                $"tensor {entry.Describe()} of {entry.Type} does not fit the {entry.End - entry.Begin} bytes between its data_offsets "
                    + $"[{entry.Begin}, {entry.End}]"
            );
    }

    private static void CheckTiling(List<SafetensorsEntry> entries, long dataBytes)
    {
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            if (entry.Begin < end)
                throw Damaged($"tensor '{entry.Name}' begins at byte {entry.Begin}, where another tensor's bytes are: they end at {end}");
            if (entry.Begin > end)
                throw Damaged($"the bytes from {end} to {entry.Begin}, before tensor '{entry.Name}', belong to no tensor");
            end = entry.End;
        }
        if (end != dataBytes)
            throw Damaged($"its tensors end at byte {end} of its data, but the file has {dataBytes}");
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : $"{text[..100]}...";

    private static Exception Damaged(string how) => Contracts.ExceptDecode($"The safetensors file is damaged: {how}.");
}
