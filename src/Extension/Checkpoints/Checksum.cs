using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Checkpoints;

/// <summary>Short checksums of what is too long to be compared in words: the first 64 bits of a SHA-256.</summary>
internal static class Checksum
{
    private const int HexDigits = 16;

    /// <summary>Of a store's rows in their order: sequences, labels, weights.</summary>
    public static string Of(SequenceStore store) =>
        Of(hash =>
        {
            for (int row = 0; row < store.Count; row++)
            {
                SequenceView sequence = store.View(row);
                Append<int>(hash, [sequence.Length]);
                Append(hash, sequence.Steps);
                Append(hash, sequence.Tokens);
                Append(hash, store.Label(row));
                Append<float>(hash, [store.Weight(row)]);
            }
        });

    /// <summary>Of series, in the order in which they appear: their keys, times and numbers.</summary>
    public static string Of(IReadOnlyList<KeyedSeries> series) =>
        Of(hash =>
        {
            foreach (var (key, steps, start) in series)
            {
                Append<char>(hash, key);
                Append<long>(hash, [start, steps.Length]);
                for (int c = 0; c < steps.TargetCount; c++)
                    Append(hash, steps.Targets(c, 0, steps.Length));
                for (int c = 0; c < steps.PastCount; c++)
                    Append(hash, steps.Past(c, 0, steps.Length));
                for (int c = 0; c < steps.KnownCount; c++)
                    Append(hash, steps.Known(c, 0, steps.Length));
            }
        });

    /// <summary>Of a network as a model file holds it, its history aside.</summary>
    public static string Of(TrainedNetwork network) =>
        Of(hash =>
        {
            foreach (NamedTensor tensor in network.Weights.Tensors)
            {
                Append(hash, tensor.Name.AsSpan());
                Append<int>(hash, [.. tensor.Shape]);
                Append<float>(hash, tensor.Values);
            }
            foreach (FeatureScaling? scaling in (FeatureScaling?[])[network.FeatureScaling, network.LabelScaling])
            {
                Append<float>(hash, scaling?.Mean);
                Append<float>(hash, scaling?.Deviation);
            }
        });

    /// <summary>Of all that decides what a training comes to.</summary>
    public static string Of(Fingerprint fingerprint) =>
        Of(hash =>
        {
            foreach (var (name, value) in fingerprint.Entries)
            {
                Append(hash, name.AsSpan());
                Append<char>(hash, ['=']);
                Append(hash, value.AsSpan());
                Append<char>(hash, ['\n']);
            }
        });

    private static string Of(Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexString(hash.GetHashAndReset())[..HexDigits];
    }

    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> values)
        where T : struct => hash.AppendData(MemoryMarshal.AsBytes(values));
}
