using System.Security.Cryptography;
using Microsoft.ML.Runtime;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;

namespace RnnMlNet.Streaming;

/// <summary>A file of an engine's series: the common part, whatever the state of a series.</summary>
/// <remarks>
/// *** Binary format ***, <see cref="ChecksummedSection"/>s
/// the first: string: the network's sizes as text; 32 bytes: its fingerprint (<see cref="NetworkFingerprint"/>); int: number of series
/// then any number, of about a megabyte each: int: number of series in the block; the series, from the least recently used to the
/// most recently used
/// </remarks>
/// <param name="version">Version of the format, also the oldest that is read.</param>
/// <param name="fingerprint">Fingerprint of the network or of all members of an ensemble, evaluated on first use.</param>
internal abstract class SeriesFile<TSeries>(int version, Func<NetworkFingerprint> fingerprint)
    where TSeries : class, IHeldSeries<TSeries>
{
    private const long BlockBytes = 1 << 20;

    // All weights are hashed for it, so only once.
    private readonly Lazy<NetworkFingerprint> _expected = new(fingerprint);

    // A key's length and a number.
    private const int LeastBytes = sizeof(int) + sizeof(long);

    /// <summary>Writes series, from the least to the most recently used.</summary>
    public void Write(string path, IReadOnlyList<TSeries> series) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                ChecksummedSection.Write(
                    writer,
                    version,
                    payload =>
                    {
                        payload.Write(_expected.Value.Description);
                        payload.Write(_expected.Value.Hash);
                        payload.Write(series.Count);
                    }
                );
                for (int first = 0; first < series.Count; )
                {
                    int count = CountOfBlock(series, first);
                    ChecksummedSection.Write(writer, version, payload => WriteBlock(payload, series, first, count));
                    first += count;
                }
            }
        );

    /// <summary>The series of a file, from the least to the most recently used.</summary>
    /// <exception cref="FormatException">The file is not one, newer, truncated, altered, or its sizes do not fit; the message states
    /// which.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file was written by an engine of another network; the message names
    /// both.</exception>
    public List<TSeries> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        string what = $"The checkpoint '{path}'";
        var (found, total) = ChecksummedSection.Read(reader, version, what, (payload, its) => ReadHeader(payload, its, what));
        if (!found.IsOf(_expected.Value))
            throw Contracts.ExceptUserArg(
                "checkPointPath",
                $"{what} was written with another model: its network is {found}, the given model's is {_expected.Value}. Open "
                    + $"it with the model that it was written with."
            );
        var all = new List<TSeries>();
        while (all.Count < total)
            ChecksummedSection.Read(reader, version, what, (payload, _) => ReadBlock(payload, total, all, what));
        if (stream.Position != stream.Length)
            throw Contracts.ExceptDecode($"{what} is damaged: {stream.Length - stream.Position} bytes follow where it should end.");
        if (all.Select(series => series.Key).Distinct(StringComparer.Ordinal).Count() != all.Count)
            throw Contracts.ExceptDecode($"{what} is damaged: a series occurs in it twice.");
        return all;
    }

    /// <summary>Bytes of a series, about.</summary>
    private protected abstract long BytesOf(TSeries series);

    private protected abstract void Write(BinaryWriter writer, TSeries series);

    /// <param name="reader">At the series.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    private protected abstract TSeries Read(PayloadReader reader, string what);

    private int CountOfBlock(IReadOnlyList<TSeries> series, int first)
    {
        long bytes = 0;
        int end = first;
        while (end < series.Count && bytes < BlockBytes)
            bytes += BytesOf(series[end++]);
        return end - first;
    }

    private void WriteBlock(BinaryWriter writer, IReadOnlyList<TSeries> series, int first, int count)
    {
        writer.Write(count);
        for (int i = first; i < first + count; i++)
            Write(writer, series[i]);
    }

    private (NetworkFingerprint Fingerprint, int Total) ReadHeader(PayloadReader reader, int its, string what)
    {
        if (its < version)
            throw Contracts.ExceptDecode(
                $"{what} has format version {its}, which this RnnMlNet does not read any more: begin with a new engine."
            );
        var found = new NetworkFingerprint(reader.ReadString(), reader.ReadBytes(SHA256.HashSizeInBytes));
        int total = reader.ReadInt32();
        return total >= 0 ? (found, total) : throw Contracts.ExceptDecode($"{what} is damaged: it states {total} series.");
    }

    private int ReadBlock(PayloadReader reader, int total, List<TSeries> all, string what)
    {
        int count = reader.ReadCount(LeastBytes, "series");
        if (count < 1 || count > total - all.Count)
            throw Contracts.ExceptDecode($"{what} is damaged: a block of {count} series where {total - all.Count} are left.");
        for (int i = 0; i < count; i++)
            all.Add(Read(reader, what));
        return count;
    }
}
