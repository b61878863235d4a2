using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Checkpoints;

/// <summary>Short checksums of data too long to compare as text: the first 64 bits of a SHA-256.</summary>
internal static class Checksum
{
    private const int HexDigits = 16;

    /// <summary>Checksum of a store's rows in their order: sequences, labels, weights, groups where there are some.</summary>
    public static string Of(SequenceStore store) =>
        Of(hash =>
        {
            for (int row = 0; row < store.Count; row++)
            {
                SequenceView sequence = store.View(row);
                Append<int>(hash, [sequence.Length]);
                Append(hash, sequence.Steps);
                Append(hash, sequence.Tokens);
                Append(hash, sequence.Static);
                Append(hash, store.Label(row));
                Append<float>(hash, [store.Weight(row)]);
                if (store.GroupColumns is not null)
                    Append<int>(hash, [store.Group(row)]);
            }
        });

    /// <summary>Checksum of series, in order of appearance: their keys, times and values.</summary>
    public static string Of(IReadOnlyList<KeyedSeries> series) =>
        Of(hash =>
        {
            foreach (var (key, steps, start) in series)
            {
                Append<char>(hash, key);
                Append<long>(hash, [start, steps.Length]);
                Append<float>(hash, steps.Statics);
                for (int c = 0; c < steps.TargetCount; c++)
                    Append(hash, steps.Targets(c, 0, steps.Length));
                for (int c = 0; c < steps.PastCount; c++)
                    Append(hash, steps.Past(c, 0, steps.Length));
                for (int c = 0; c < steps.KnownCount; c++)
                    Append(hash, steps.Known(c, 0, steps.Length));
            }
        });

    /// <summary>Checksum of a network, or of all members of an ensemble, as stored in a model file, except the history.</summary>
    public static string Of(TrainedNetwork network) => Of(hash => Append(hash, network.Members));

    /// <summary>Checksum of a forecaster as stored in a model file, except its networks' histories and the ends of its series.</summary>
    public static string Of(TrainedForecaster forecaster) =>
        Of(hash =>
        {
            ForecastNetwork network = forecaster.Forecaster;
            Append(hash, network.Members);
            Append(hash, $"{network.Layout}".AsSpan());
            Append(hash, network.Targets, network.Past, network.Known, network.Statics);
            Append<float>(hash, network.Quantiles);
            var (naive, season, share, bias) = network.Correction;
            Append<int>(hash, [(int)naive, season]);
            Append<float>(hash, [share, .. bias]);
            if (forecaster.Scores is not IntervalScores scores)
                return;
            Append<int>(hash, scores.Counts);
            Append<float>(hash, [.. scores.RootMeanSquares, .. scores.Quantiles, .. scores.Pooled]);
        });

    /// <summary>Checksum of everything that determines a training's result.</summary>
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

    /// <summary>Checksum of vectors, of which some are missing.</summary>
    public static string Of(IReadOnlyList<float[]?> vectors) =>
        Of(hash =>
        {
            foreach (float[]? vector in vectors)
            {
                Append<int>(hash, [vector?.Length ?? 0]);
                Append<float>(hash, vector);
            }
        });

    private static string Of(Action<IncrementalHash> append)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);
        return Convert.ToHexString(hash.GetHashAndReset())[..HexDigits];
    }

    private static void Append(IncrementalHash hash, IReadOnlyList<TrainedNetwork> networks)
    {
        foreach (TrainedNetwork network in networks)
        {
            foreach (NamedTensor tensor in network.Weights.Tensors)
            {
                Append(hash, tensor.Name.AsSpan());
                Append<int>(hash, [.. tensor.Shape]);
                Append<float>(hash, tensor.Values);
            }
            Append(hash, network.FeatureScaling, network.LabelScaling, network.StaticScaling);
            Append(hash, [.. network.CategoryScaling?.Scalings ?? []]);
        }
    }

    private static void Append(IncrementalHash hash, params FeatureScaling?[] scalings)
    {
        foreach (FeatureScaling? scaling in scalings)
        {
            Append<float>(hash, scaling?.Mean);
            Append<float>(hash, scaling?.Deviation);
        }
    }

    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> values)
        where T : struct => hash.AppendData(MemoryMarshal.AsBytes(values));
}
