using System.Security.Cryptography;
using Microsoft.ML.Runtime;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The only reader and writer of files that hold series.</summary>
/// <remarks>
/// *** Binary format ***, <see cref="ChecksummedSection"/>s
/// the first: string: the network's sizes in words; 32 bytes: its fingerprint (<see cref="NetworkFingerprint"/>); int: number of series
/// as many more as it takes, of about a megabyte: int: number of series in the block; of each, from the one unused for longest to the one
/// used
///   last: int: length of the key, that many UTF-16 code units (a key need not be well-formed text); long: steps; the time steps of a patch
///   begun, float32; the state's numbers, float32;
///   its sums, float64
/// </remarks>
internal static class CheckpointFile
{
    private const int Version = 1;
    private const long BlockBytes = 1 << 20;

    public static void Write(string path, TrainedNetwork network, IReadOnlyList<Series> series) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                NetworkFingerprint fingerprint = NetworkFingerprint.Of(network);
                ChecksummedSection.Write(
                    writer,
                    Version,
                    payload =>
                    {
                        payload.Write(fingerprint.Description);
                        payload.Write(fingerprint.Hash);
                        payload.Write(series.Count);
                    }
                );
                for (int first = 0; first < series.Count; )
                {
                    int count = CountOfBlock(series, first);
                    ChecksummedSection.Write(writer, Version, payload => WriteSeries(payload, series.Skip(first).Take(count), count));
                    first += count;
                }
            }
        );

    /// <summary>The series of a file, from the one unused for longest to the one used last.</summary>
    /// <exception cref="FormatException">The file is not one, newer, truncated, altered, or its sizes do not fit; the message says
    /// which.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file was written by an engine of another network; the message names
    /// both.</exception>
    public static List<Series> Read(string path, TrainedNetwork network)
    {
        using FileStream stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        string what = $"The checkpoint '{path}'";
        var (fingerprint, total) = ChecksummedSection.Read(reader, Version, what, (payload, _) => ReadHeader(payload, what));
        CheckNetwork(path, fingerprint, NetworkFingerprint.Of(network));
        var all = new List<Series>();
        while (all.Count < total)
            ChecksummedSection.Read(reader, Version, what, (payload, _) => ReadSeries(payload, network.Shape, what, total, all));
        if (stream.Position != stream.Length)
            throw Contracts.ExceptDecode($"{what} is damaged: {stream.Length - stream.Position} bytes follow where it should end.");
        if (all.Select(series => series.Key).Distinct(StringComparer.Ordinal).Count() != all.Count)
            throw Contracts.ExceptDecode($"{what} is damaged: a series stands in it twice.");
        return all;
    }

    private static int CountOfBlock(IReadOnlyList<Series> series, int first)
    {
        long bytes = 0;
        int end = first;
        while (end < series.Count && bytes < BlockBytes)
            bytes += BytesOf(series[end++]);
        return end - first;
    }

    private static long BytesOf(Series series) =>
        sizeof(int)
        + (long)series.Key.Length * sizeof(char)
        + sizeof(long)
        + ((long)series.State.Pending.Length + series.State.Numbers.Length) * sizeof(float)
        + (long)series.State.Sums.Length * sizeof(double);

    private static void WriteSeries(BinaryWriter writer, IEnumerable<Series> block, int count)
    {
        writer.Write(count);
        foreach (Series series in block)
        {
            writer.Write(series.Key.Length);
            foreach (char unit in series.Key)
                writer.Write((ushort)unit);
            writer.Write(series.State.Steps);
            foreach (float value in series.State.Pending)
                writer.Write(value);
            foreach (float number in series.State.Numbers)
                writer.Write(number);
            foreach (double sum in series.State.Sums)
                writer.Write(sum);
        }
    }

    private static (NetworkFingerprint Fingerprint, int Total) ReadHeader(PayloadReader reader, string what)
    {
        var fingerprint = new NetworkFingerprint(reader.ReadString(), reader.ReadBytes(SHA256.HashSizeInBytes));
        int total = reader.ReadInt32();
        return total >= 0 ? (fingerprint, total) : throw Contracts.ExceptDecode($"{what} is damaged: it states {total} series.");
    }

    private static void CheckNetwork(string path, NetworkFingerprint found, NetworkFingerprint expected)
    {
        if (!found.IsOf(expected))
            throw Contracts.ExceptUserArg(
                "checkPointPath",
                $"The checkpoint '{path}' was written with another model: its network is {found}, the given model's is {expected}. Open "
                    + $"it with the model that it was written with."
            );
    }

    private static int ReadSeries(PayloadReader reader, NetworkShape shape, string what, int total, List<Series> all)
    {
        var empty = new SeriesState(shape);
        int count = reader.ReadCount(sizeof(int) + sizeof(long), "series");
        if (count < 1 || count > total - all.Count)
            throw Contracts.ExceptDecode($"{what} is damaged: a block of {count} series where {total - all.Count} are left.");
        for (int i = 0; i < count; i++)
            all.Add(ReadSeries(reader, shape, what, empty));
        return count;
    }

    private static Series ReadSeries(PayloadReader reader, NetworkShape shape, string what, SeriesState empty)
    {
        var key = new char[reader.ReadCount(sizeof(char), "characters of a series' key")];
        for (int i = 0; i < key.Length; i++)
            key[i] = (char)reader.ReadUInt16();
        long steps = reader.ReadInt64();
        if (steps < 0)
            throw Contracts.ExceptDecode($"{what} is damaged: a series of {steps} steps.");
        float[] pending = reader.ReadSingles(empty.Pending.Length, "a series' patch");
        float[] numbers = reader.ReadSingles(empty.Numbers.Length, "a series' state");
        double[] sums = reader.ReadDoubles(empty.Sums.Length, "a series' sums");
        return new Series(new string(key), SeriesState.Of(shape, steps, pending, numbers, sums));
    }
}
