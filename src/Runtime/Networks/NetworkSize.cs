using System.Globalization;

namespace RnnMlNet.Runtime.Networks;

/// <summary>Whether there can be a network of some sizes: its weights must fit into arrays and into a file.</summary>
internal static class NetworkSize
{
    /// <summary>The largest size that a network's products are computed with, none of which then overflows.</summary>
    public const int Largest = 1 << 26;

    /// <summary>The most stacked layers.</summary>
    public const int MostLayers = 1 << 16;

    // The most bytes of an array, and so of a part of a file, less what stands in it beside the weights.
    private static readonly long _mostBytes = Array.MaxLength - (1 << 20);

    /// <summary>What is too large about a network; null where nothing is.</summary>
    public static string? Problem(NetworkShape shape)
    {
        if (shape.Sizes.FirstOrDefault(size => size.Size > Largest) is { Name: not null } large)
            return $"{large.Name}: {Text(large.Size)}, where {Text(Largest)} is the most";
        if (shape.Layers > MostLayers)
            return $"Layers: {Text(shape.Layers)}, where {Text(MostLayers)} is the most";
        Int128 weights = 0;
        foreach (TensorSpec spec in WeightLayout.Tensors(shape))
            weights += spec.Size;
        Int128 bytes = weights * sizeof(float);
        return bytes <= _mostBytes
            ? null
            : $"{Text(weights)} weights are {Text(bytes / 1_000_000)} MB, where a model file holds {Text(_mostBytes / 1_000_000)} "
                + "MB of them: set a smaller HiddenSize, EmbeddingSize, Layers or HeadHiddenSizes";
    }

    private static string Text(Int128 number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
