using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of a stream's state.</summary>
internal static class StreamState
{
    private const int Version = 1;
    private const string What = "The stream's state";

    /// <summary>What tells networks from any others: [32], SHA-256 of their weights and scalings.</summary>
    public static byte[] FingerprintOf(IReadOnlyList<NetworkParameters> networks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NetworkParameters network in networks)
        {
            foreach (NamedTensor tensor in network.Weights.Tensors)
                hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
            foreach (float[] values in (float[][])[network.FeatureScaling?.Mean ?? [], network.FeatureScaling?.Deviation ?? []])
                hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        return hash.GetHashAndReset();
    }

    /// <param name="writer">Where to.</param>
    /// <param name="fingerprint">Of the networks.</param>
    /// <param name="states">One for each network.</param>
    public static void Write(BinaryWriter writer, byte[] fingerprint, IReadOnlyList<SeriesState> states) =>
        ChecksummedSection.Write(
            writer,
            Version,
            payload =>
            {
                // *** Binary format ***
                // 32 bytes: the networks' fingerprint
                // of each network: long: time steps; its pending values and its numbers (float), its sums (double), as many as its sizes
                // say
                payload.Write(fingerprint);
                foreach (SeriesState state in states)
                {
                    payload.Write(state.Steps);
                    foreach (float value in state.Pending.Concat(state.Numbers))
                        payload.Write(value);
                    foreach (double value in state.Sums)
                        payload.Write(value);
                }
            }
        );

    /// <param name="stream">Stands at the state.</param>
    /// <param name="fingerprint">Of the networks that go on from it.</param>
    /// <param name="shape">Their sizes.</param>
    /// <param name="networks">How many they are.</param>
    /// <exception cref="FormatException">It is damaged, or of other networks.</exception>
    public static SeriesState[] Read(Stream stream, byte[] fingerprint, NetworkShape shape, int networks) =>
        ChecksummedSection.Read(
            new BinaryReader(stream),
            Version,
            What,
            (payload, _) =>
            {
                if (!payload.ReadBytes(fingerprint.Length).AsSpan().SequenceEqual(fingerprint))
                    throw ModelErrors.Format(
                        $"{What} is that of another model: begin a new stream, or load the model that it was saved with."
                    );
                var states = new SeriesState[networks];
                for (int network = 0; network < networks; network++)
                    states[network] = ReadState(payload, shape);
                return states;
            }
        );

    private static SeriesState ReadState(PayloadReader payload, NetworkShape shape)
    {
        long steps = payload.ReadInt64();
        if (steps < 0)
            throw ModelErrors.Format($"{What} is damaged: it has {steps} steps.");
        var sizes = new SeriesState(shape);
        float[] pending = payload.ReadSingles(sizes.Pending.Length, "pending values");
        float[] numbers = payload.ReadSingles(sizes.Numbers.Length, "states");
        return SeriesState.Of(shape, steps, pending, numbers, payload.ReadDoubles(sizes.Sums.Length, "sums"));
    }
}
