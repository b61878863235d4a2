using System.Security.Cryptography;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The only reader and writer of files that hold series with their forecasts' intervals.</summary>
/// <remarks>
/// *** Binary format ***, <see cref="ChecksummedSection"/>s
/// the first: string: the network's sizes in words; 32 bytes: its fingerprint; int: number of series
/// one for each series, from the one unused for longest to the one used last: int: steps no longer held; its steps
/// (<see cref="KeyedSeriesFormat"/>);
///   bool: it has intervals, and of them (<see cref="IntervalTracker.Write"/>)
/// </remarks>
internal static class ForecastCheckpointFile
{
    private const int Version = 2;

    public static void Write(string path, TrainedForecaster model, IReadOnlyList<ObservedSeries> series) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                NetworkFingerprint fingerprint = NetworkFingerprint.Of(model.Forecaster.Members);
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
                foreach (ObservedSeries one in series)
                    ChecksummedSection.Write(
                        writer,
                        Version,
                        payload =>
                        {
                            payload.Write(one.Dropped);
                            KeyedSeriesFormat.Write(payload, one.Held);
                            payload.Write(one.Tracker is not null);
                            one.Tracker?.Write(payload);
                        }
                    );
            }
        );

    /// <summary>The series of a file, from the one unused for longest to the one used last.</summary>
    /// <exception cref="FormatException">The file is not one, newer, truncated, altered, or its sizes do not fit; the message says
    /// which.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The file was written by an engine of another model; the message names
    /// both.</exception>
    public static List<ObservedSeries> Read(string path, TrainedForecaster model, ObservationRules rules, Func<IntervalTracker?> newTracker)
    {
        using FileStream stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        string what = $"The checkpoint '{path}'";
        var (fingerprint, total) = ChecksummedSection.Read(
            reader,
            Version,
            what,
            (payload, version) =>
                version < Version
                    ? throw Contracts.ExceptDecode(
                        $"{what} has format version {version}, which this RnnMlNet does not read any more: begin " + $"with a new engine."
                    )
                    : (new NetworkFingerprint(payload.ReadString(), payload.ReadBytes(SHA256.HashSizeInBytes)), payload.ReadInt32())
        );
        NetworkFingerprint expected = NetworkFingerprint.Of(model.Forecaster.Members);
        if (!fingerprint.IsOf(expected))
            throw Contracts.ExceptUserArg(
                "checkPointPath",
                $"{what} was written with another model: its network is {fingerprint}, the given model's is {expected}. Open it with the "
                    + $"model that it was written with."
            );
        var all = new List<ObservedSeries>();
        for (int i = 0; i < total; i++)
            all.Add(ChecksummedSection.Read(reader, Version, what, (payload, _) => Read(payload, model, rules, newTracker(), what)));
        if (total < 0 || stream.Position != stream.Length)
            throw Contracts.ExceptDecode(
                $"{what} is damaged: it states {total} series, and {stream.Length - stream.Position} bytes follow where it should end."
            );
        if (all.Select(series => series.Key).Distinct(StringComparer.Ordinal).Count() != all.Count)
            throw Contracts.ExceptDecode($"{what} is damaged: a series stands in it twice.");
        return all;
    }

    private static ObservedSeries Read(
        PayloadReader payload,
        TrainedForecaster model,
        ObservationRules rules,
        IntervalTracker? tracker,
        string what
    )
    {
        int dropped = payload.ReadInt32();
        KeyedSeries held = KeyedSeriesFormat.Read(payload, model.Forecaster.Layout, model.Grid, what);
        if (dropped < 0 || payload.ReadBoolean() != tracker is not null)
            throw Contracts.ExceptDecode($"{what} is damaged: {dropped} steps before those held, or intervals where the model has none.");
        tracker?.Read(payload, what);
        return new ObservedSeries(rules, held, dropped, tracker);
    }
}
