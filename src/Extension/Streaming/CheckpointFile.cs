using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The only reader and writer of files that hold the states of series in a network, or in all members of an ensemble.</summary>
/// <remarks>
/// *** Binary format *** of a series: its key (<see cref="SeriesKeyFormat"/>); its state (<see cref="SeriesStateFormat"/>)
/// </remarks>
/// <param name="network">The network.</param>
/// <param name="newState">The state of a series before its first step.</param>
/// <param name="windowLength">The steps that are kept of a series; null where the network's state is.</param>
internal sealed class CheckpointFile(TrainedNetwork network, Func<EnsembleState> newState, int? windowLength = null)
    : SeriesFile<Series>(Version, () => NetworkFingerprint.Of(network.Members).OfWindows(windowLength))
{
    private const int Version = 1;

    private protected override long BytesOf(Series series) => SeriesKeyFormat.BytesOf(series.Key) + SeriesStateFormat.BytesOf(series.State);

    private protected override void Write(BinaryWriter writer, Series series)
    {
        SeriesKeyFormat.Write(writer, series.Key);
        SeriesStateFormat.Write(writer, series.State);
    }

    private protected override Series Read(PayloadReader reader, string what)
    {
        string key = SeriesKeyFormat.Read(reader);
        EnsembleState state = SeriesStateFormat.Read(reader, newState(), what);
        return new Series(key, state);
    }
}
