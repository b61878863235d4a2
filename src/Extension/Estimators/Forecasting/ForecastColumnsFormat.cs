using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The only reader and writer of a forecaster's columns and of its layout of windows in model files.</summary>
/// <remarks>
/// *** Binary format ***; strings are UTF-8 with a length prefix, an optional one is empty where there is none
/// columns: of targets, past, known and static ones each int: their number, and as many strings, and of the last three each int: values of
/// a key, 0 for numbers; optional strings: key, time, time zone; int: calendar features; the calendar (<see cref="CalendarFormat"/>); byte:
/// missing steps
/// layout: 7 ints: window, horizon, segment, targets, past, known, static; int: categories of a series, and of each 2 ints: ids, width;
/// bool: the last are the series themselves; byte: model; 2 bytes: normalisation, residual; int: season; bool: differences;
/// int: steps of the cycle, 0 for none
/// </remarks>
internal static class ForecastColumnsFormat
{
    public static void Write(BinaryWriter w, SeriesColumns columns)
    {
        WriteNames(w, columns.Targets);
        IReadOnlyList<string>[] inputs = [columns.Past, columns.Known, columns.Static];
        foreach (IReadOnlyList<string> names in inputs)
        {
            WriteNames(w, names);
            foreach (string name in names)
                w.Write(columns.Categories?.GetValueOrDefault(name) ?? 0);
        }
        w.Write(columns.Key ?? "");
        w.Write(columns.Time ?? "");
        w.Write(columns.Zone?.Id ?? "");
        w.Write((int)columns.Calendar);
        CalendarFormat.Write(w, columns.Days?.Calendar);
        w.Write((byte)columns.MissingSteps);
    }

    /// <exception cref="FormatException">They are damaged, or this machine lacks the time zone.</exception>
    public static SeriesColumns ReadColumns(PayloadReader r)
    {
        var categories = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] targets = ReadNames(r),
            past = ReadInputs(r, categories),
            known = ReadInputs(r, categories),
            statics = ReadInputs(r, categories);
        string key = r.ReadString(),
            time = r.ReadString(),
            zone = r.ReadString();
        return new SeriesColumns(targets, past, known, key.Length == 0 ? null : key, time.Length == 0 ? null : time)
        {
            Static = statics,
            Categories = categories,
            Calendar = (CalendarFeatures)r.ReadInt32(),
            Days = CalendarFormat.Read(r, ForecastFormat.What) is SeriesCalendar calendar ? new DayFeatures(calendar) : null,
            MissingSteps = (MissingSteps)r.ReadByte(),
            Zone =
                zone.Length == 0
                    ? null
                    : TimeZones.Find(zone)
                        ?? throw Contracts.ExceptDecode(
                            $"{ForecastFormat.What} names the time zone '{zone}', which this machine does not have: install its "
                                + $"time zone data (the package tzdata)."
                        ),
        };
    }

    private static void WriteNames(BinaryWriter w, IReadOnlyList<string> names)
    {
        w.Write(names.Count);
        foreach (string name in names)
            w.Write(name);
    }

    private static string[] ReadInputs(PayloadReader r, Dictionary<string, int> categories)
    {
        string[] names = ReadNames(r);
        foreach (string name in names)
            if (r.ReadInt32() is not 0 and int values && !categories.TryAdd(name, values))
                throw ForecastFileCheck.Damaged($"the column '{name}' is named twice");
        return names;
    }

    private static string[] ReadNames(PayloadReader r)
    {
        var names = new string[r.ReadCount(elementBytes: 1, "column names")];
        for (int i = 0; i < names.Length; i++)
            names[i] = r.ReadString();
        return names;
    }

    public static void Write(BinaryWriter w, WindowLayout layout)
    {
        int[] sizes = [layout.Window, layout.Horizon, layout.Segment, layout.Targets, layout.Past, layout.Known, layout.Statics];
        foreach (int size in sizes)
            w.Write(size);
        w.Write(layout.Categories.Count);
        foreach (CategoryShape column in layout.Categories)
        {
            w.Write(column.Count);
            w.Write(column.Size);
        }
        w.Write(layout.EmbedsSeries);
        w.Write((byte)ForecastModels.Of(layout.Decoder));
        w.Write((byte)layout.Normalization);
        w.Write((byte)layout.Residual);
        w.Write(layout.Season);
        w.Write(layout.Differences);
        w.Write(layout.CycleLength);
    }

    /// <exception cref="FormatException">It is damaged.</exception>
    public static WindowLayout ReadLayout(PayloadReader r)
    {
        var layout = new WindowLayout(r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32(), r.ReadInt32())
        {
            Statics = r.ReadInt32(),
            Categories = ReadCategories(r),
            EmbedsSeries = r.ReadBoolean(),
        };
        var model = (ForecastModel)r.ReadByte();
        if (!ForecastModels.Exists(model))
            throw ForecastFileCheck.Damaged($"its model is {model}");
        return layout with
        {
            Decoder = ForecastModels.DecoderOf(model),
            Normalization = (WindowNormalization)r.ReadByte(),
            Residual = (ForecastResidual)r.ReadByte(),
            Season = r.ReadInt32(),
            Differences = r.ReadBoolean(),
            CycleLength = r.ReadInt32(),
        };
    }

    private static CategoryShape[] ReadCategories(PayloadReader r)
    {
        var columns = new CategoryShape[r.ReadCount(2 * sizeof(int), "categories of a series")];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new CategoryShape(r.ReadInt32(), r.ReadInt32());
        return columns;
    }
}
