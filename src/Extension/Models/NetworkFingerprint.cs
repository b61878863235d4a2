using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Models;

/// <summary>Identifies a network, or the members of an ensemble, by sizes, weights and scaling, without the training history.</summary>
/// <param name="Description">The sizes as text, for messages.</param>
/// <param name="Hash">[32] SHA-256 of sizes, weights and scaling.</param>
internal sealed record NetworkFingerprint(string Description, byte[] Hash)
{
    /// <summary>The network as text, with the first digits of the hash.</summary>
    public override string ToString() => $"{Description} ({Convert.ToHexStringLower(Hash.AsSpan(0, 4))})";

    /// <summary>The fingerprint for series of which the last steps are kept.</summary>
    /// <param name="length">How many; null where the network's state is kept.</param>
    public NetworkFingerprint OfWindows(int? length) =>
        length is int steps
            ? new NetworkFingerprint(
                $"{Description}, windows of {steps} steps",
                SHA256.HashData([.. Hash, .. BitConverter.GetBytes(steps)])
            )
            : this;

    /// <summary>The fingerprint for series of grouped rows.</summary>
    /// <param name="definition">How they are grouped; null for series of steps.</param>
    public NetworkFingerprint OfRows(string? definition) =>
        definition is null
            ? this
            : new NetworkFingerprint($"{Description}, {definition}", SHA256.HashData([.. Hash, .. Encoding.UTF8.GetBytes(definition)]));

    public bool IsOf(NetworkFingerprint other) => Hash.AsSpan().SequenceEqual(other.Hash);

    public static NetworkFingerprint Of(TrainedNetwork network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string description = Describe(network.Shape);
        Append(hash, $"{description}; cell {network.Shape.CustomCell}; head [{string.Join(", ", network.Shape.HeadHiddenSizes)}]; ");
        if (network.Shape.Characters is CharacterShape characters)
            Append(hash, $"alphabet {characters.Alphabet}; ");
        foreach (NamedTensor tensor in network.Weights.Tensors)
        {
            Append(hash, $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]; ");
            Append(hash, tensor.Values);
        }
        Append(hash, "features; ", network.FeatureScaling);
        Append(hash, "labels; ", network.LabelScaling);
        Append(hash, "static; ", network.StaticScaling);
        if (network.CategoryScaling is CategoryScaling categories)
            Append(hash, categories);
        return new NetworkFingerprint(description, hash.GetHashAndReset());
    }

    /// <summary>The fingerprint of several networks of one shape.</summary>
    public static NetworkFingerprint Of(IReadOnlyList<TrainedNetwork> networks)
    {
        NetworkFingerprint[] all = [.. networks.Select(Of)];
        return all.Length == 1
            ? all[0]
            : new NetworkFingerprint($"{all.Length} networks, {all[0].Description}", SHA256.HashData([.. all.SelectMany(one => one.Hash)]));
    }

    private static string Describe(NetworkShape shape) =>
        Sizes(shape)
        + (shape.Cycle is CycleShape cycle ? $", a cycle of {cycle.Length} steps" : "")
        + (shape.Characters is null ? "" : $", {shape.Characters}")
        + (shape.StepColumns.ArePlain ? "" : $", steps [{shape.StepColumns}]")
        + (shape.Convolutions.Count == 0 ? "" : $", convolutions [{string.Join("; ", shape.Convolutions)}]")
        + (
            shape.StaticFeatures == 0
                ? ""
                : $", static features {shape.StaticFeatures}, static categories {CategoryShape.Text(shape.StaticCategories)}"
                    + (shape.StaticUse == StaticUse.Head ? "" : $", static use {shape.StaticUse}")
        );

    private static string Sizes(NetworkShape shape) =>
        string.Join(
            ", ",
            shape.CustomCell ?? shape.Cell.ToString(),
            shape.UsesTokens ? $"vocabulary {shape.Vocabulary}, embedding {shape.EmbeddingSize}"
                : shape.PatchLength > 1 ? $"features {shape.Features / shape.PatchLength}, patches of {shape.PatchLength}"
                : $"features {shape.Features}",
            $"hidden size {shape.HiddenSize}",
            $"layers {shape.Layers}",
            $"directions {shape.Directions}",
            $"{shape.BlockText}pooling {shape.Pooling.ToString().Replace(", ", "|", StringComparison.Ordinal)}",
            shape.Decoder is DecoderShape decoder
                ? $"outputs {shape.Outputs} in {decoder.Steps} steps ({decoder.Kind})"
                : $"outputs {shape.Outputs}{(shape.IsChained ? ", a conditional random field" : "")}"
        );

    private static void Append(IncrementalHash hash, CategoryScaling categories)
    {
        Append(hash, $"columns {string.Join(' ', categories.Columns)}, {categories.Decimals} decimals; ");
        for (int category = 0; category < categories.Keys.Count; category++)
        {
            Append(hash, categories.Keys[category]);
            Append(hash, "category; ", categories.Scalings[category]);
        }
    }

    private static void Append(IncrementalHash hash, string name, FeatureScaling? scaling)
    {
        Append(hash, name);
        Append(hash, scaling?.Mean ?? []);
        Append(hash, scaling?.Deviation ?? []);
    }

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));

    private static void Append(IncrementalHash hash, float[] values) => hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
}
