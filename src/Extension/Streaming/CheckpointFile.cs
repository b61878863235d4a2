using RnnMlNet.Data.Grouping;
using RnnMlNet.Data.Series;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Scoring;

namespace RnnMlNet.Streaming;

/// <summary>The only reader and writer of files that hold the states of series in a network, or in all members of an ensemble.</summary>
/// <remarks>
/// *** Binary format *** of a series: its key (<see cref="SeriesKeyFormat"/>); its state (<see cref="SeriesStateFormat"/>)
/// where the model groups rows, its last row: ints and bytes: values of the key columns, of the static columns, each with their number; of
/// the times of the sequence's first and last row long: key, int: remainder; of the origin long: time, ints: least and most day; longs:
/// steps of the sequence, of the series; int and floats: the step's values, with their number
/// </remarks>
/// <param name="fingerprint">Identifies the network and the definition of series.</param>
/// <param name="newSeries">A series before its first step.</param>
internal sealed class CheckpointFile(Func<NetworkFingerprint> fingerprint, Func<Series> newSeries)
    : SeriesFile<Series>(Version, fingerprint)
{
    private const int Version = 1;

    // Three times, three counts, two numbers of steps.
    private const int LeastBytesOfRow = 3 * (sizeof(long) + 2 * sizeof(int)) + 3 * sizeof(int) + 2 * sizeof(long);

    private protected override long BytesOf(Series series) =>
        SeriesKeyFormat.BytesOf(series.Key)
        + SeriesStateFormat.BytesOf(series.State)
        + (series.Rows is StreamedKey rows ? LeastBytesOfRow + rows.Statics.Length + (long)rows.Last.Length * sizeof(float) : 0);

    private protected override void Write(BinaryWriter writer, Series series)
    {
        SeriesKeyFormat.Write(writer, series.Key);
        SeriesStateFormat.Write(writer, series.State);
        if (series.Rows is StreamedKey rows)
            Write(writer, rows);
    }

    private protected override Series Read(PayloadReader reader, string what)
    {
        Series initial = newSeries();
        string key = SeriesKeyFormat.Read(reader);
        EnsembleState state = SeriesStateFormat.Read(reader, initial.State, what);
        return new Series(key, state, initial.Rows is null ? null : ReadRow(reader, what));
    }

    private static void Write(BinaryWriter writer, StreamedKey rows)
    {
        Write(writer, rows.Key ?? []);
        Write(writer, rows.Statics);
        SequencePlace place = rows.Place;
        foreach (RowOrder time in (RowOrder[])[place.First, place.Last])
        {
            writer.Write(time.Key);
            writer.Write(time.Extra);
        }
        writer.Write(place.Origin.Time);
        writer.Write(place.Origin.Day.Least);
        writer.Write(place.Origin.Day.Most);
        writer.Write(place.Steps);
        writer.Write(rows.Steps);
        writer.Write(rows.Last.Length);
        foreach (float value in rows.Last)
            writer.Write(value);
    }

    private static StreamedKey ReadRow(PayloadReader reader, string what)
    {
        var rows = new StreamedKey { Key = ReadBytes(reader), Statics = ReadBytes(reader) };
        RowOrder first = ReadTime(reader),
            last = ReadTime(reader);
        var origin = new TimeOrigin(reader.ReadInt64(), new MonthDay(reader.ReadInt32(), reader.ReadInt32()));
        rows.Place = new SequencePlace(first, last, origin, reader.ReadInt64());
        rows.Steps = reader.ReadInt64();
        MonthDay day = origin.Day;
        if (day != default && (day.Least < MonthDay.Any.Least || day.Most > MonthDay.Any.Most || day.Least > day.Most))
            throw ModelErrors.Format($"{what} is damaged: a series whose day of the month is {day.Least} to {day.Most}.");
        if (rows.Place.Steps < 1 || rows.Steps < rows.Place.Steps || first.Key > last.Key)
            throw ModelErrors.Format($"{what} is damaged: a series of {rows.Steps} steps, {rows.Place.Steps} of them in its sequence.");
        rows.SetLast(reader.ReadSingles(reader.ReadCount(sizeof(float), "values of a step"), "a step"));
        return rows;
    }

    private static RowOrder ReadTime(PayloadReader reader) => new(reader.ReadInt64(), reader.ReadInt32());

    private static void Write(BinaryWriter writer, byte[] values)
    {
        writer.Write(values.Length);
        writer.Write(values);
    }

    private static byte[] ReadBytes(PayloadReader reader) => reader.ReadBytes(reader.ReadCount(1, "bytes of a row's values"));
}
