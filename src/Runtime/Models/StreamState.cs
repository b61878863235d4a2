using System.Runtime.InteropServices;
using System.Security.Cryptography;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Runtime.Models;

/// <summary>The only reader and writer of a stream's state.</summary>
internal static class StreamState
{
    private const int Version = 2;
    private const string What = "The stream's state";

    /// <summary>Fingerprint of networks: [32], SHA-256 of their weights and scalings.</summary>
    public static byte[] FingerprintOf(IReadOnlyList<NetworkParameters> networks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NetworkParameters network in networks)
        {
            foreach (NamedTensor tensor in network.Weights.Tensors)
                hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.AsSpan()));
            foreach (FeatureScaling? scaling in Scalings(network))
            {
                hash.AppendData(MemoryMarshal.AsBytes((scaling?.Mean ?? []).AsSpan()));
                hash.AppendData(MemoryMarshal.AsBytes((scaling?.Deviation ?? []).AsSpan()));
            }
        }
        return hash.GetHashAndReset();
    }

    private static IEnumerable<FeatureScaling?> Scalings(NetworkParameters network) =>
        [network.FeatureScaling, network.StaticScaling, .. network.CategoryScaling?.Scalings ?? []];

    /// <param name="writer">The destination.</param>
    /// <param name="fingerprint">Fingerprint of the networks.</param>
    /// <param name="state">The stream's state.</param>
    public static void Write(BinaryWriter writer, byte[] fingerprint, EnsembleState state) =>
        ChecksummedSection.Write(
            writer,
            Version,
            payload =>
            {
                // *** Binary format ***
                // 32 bytes: the networks' fingerprint; the state (SeriesStateFormat)
                payload.Write(fingerprint);
                SeriesStateFormat.Write(payload, state);
            }
        );

    /// <param name="stream">At the state.</param>
    /// <param name="fingerprint">Fingerprint of the networks that resume from it.</param>
    /// <param name="shape">Their sizes.</param>
    /// <param name="networks">Number of networks.</param>
    /// <exception cref="FormatException">The state is damaged, or of other networks.</exception>
    public static EnsembleState Read(Stream stream, byte[] fingerprint, NetworkShape shape, int networks) =>
        ChecksummedSection.Read(
            new BinaryReader(stream),
            Version,
            What,
            (payload, _) =>
                payload.ReadBytes(fingerprint.Length).AsSpan().SequenceEqual(fingerprint)
                    ? SeriesStateFormat.Read(payload, shape, networks, What)
                    : throw ModelErrors.Format(
                        $"{What} is that of another model: begin a new stream, or load the model that it was saved with."
                    )
        );
}
