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
/// *** Binary format *** of a series: its steps (<see cref="KeyedSeriesFormat"/>); int: steps no longer held; bool: it has intervals, and
/// of them (<see cref="IntervalTracker.Write"/>)
/// </remarks>
/// <param name="model">The forecaster.</param>
/// <param name="rules">The rules for new steps.</param>
/// <param name="newTracker">Creates a series' intervals before its first step; null where the model has none.</param>
internal sealed class ForecastCheckpointFile(TrainedForecaster model, ObservationRules rules, Func<IntervalTracker?> newTracker)
    : SeriesFile<ObservedSeries>(Version, () => NetworkFingerprint.Of(model.Forecaster.Members))
{
    private const int Version = 3;

    private protected override long BytesOf(ObservedSeries series) => KeyedSeriesFormat.BytesOf(series.Held, series.Held.Steps.Length);

    private protected override void Write(BinaryWriter writer, ObservedSeries series)
    {
        KeyedSeriesFormat.Write(writer, series.Held);
        writer.Write(series.Dropped);
        writer.Write(series.Tracker is not null);
        series.Tracker?.Write(writer);
    }

    private protected override ObservedSeries Read(PayloadReader reader, string what)
    {
        KeyedSeries held = KeyedSeriesFormat.Read(reader, model.Forecaster.Layout, model.Grid, what);
        int dropped = reader.ReadInt32();
        IntervalTracker? tracker = newTracker();
        if (dropped < 0 || reader.ReadBoolean() != tracker is not null)
            throw Contracts.ExceptDecode($"{what} is damaged: {dropped} steps before those held, or intervals where the model has none.");
        tracker?.Read(reader, what);
        return new ObservedSeries(rules, held, dropped, tracker);
    }
}
