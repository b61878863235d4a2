using System.Globalization;

namespace RnnMlNet.Runtime.Networks;

/// <summary>Checks that a network of given sizes is possible: its weights must fit into arrays and into a file.</summary>
internal static class NetworkSize
{
    /// <summary>The largest size; products of sizes do not overflow up to it.</summary>
    public const int Largest = 1 << 26;

    /// <summary>The largest number of stacked layers.</summary>
    public const int MostLayers = 1 << 16;

    // The largest array in bytes, and so the largest section of a file, less the room for what precedes the weights.
    private static readonly long _mostBytes = Array.MaxLength - (1 << 20);

    /// <summary>The problem with a network that is too large; null for none.</summary>
    public static string? Problem(NetworkShape shape)
    {
        if (shape.Sizes.FirstOrDefault(size => size.Size > Largest) is { Name: not null } large)
            return $"{large.Name}: {Text(large.Size)}, where {Text(Largest)} is the most";
        if (shape.Layers > MostLayers)
            return $"Layers: {Text(shape.Layers)}, where {Text(MostLayers)} is the most";
        Int128 weights = 0;
        foreach (TensorSpec spec in NetworkDefinition.TensorsOf(shape))
            weights += spec.Size;
        Int128 bytes = weights * sizeof(float);
        return bytes <= _mostBytes
            ? null
            : $"{Text(weights)} weights are {Text(bytes / 1_000_000)} MB, where a model file holds {Text(_mostBytes / 1_000_000)} "
                + "MB of them: set a smaller HiddenSize, EmbeddingSize, Layers or HeadHiddenSizes";
    }

    private static string Text(Int128 number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
