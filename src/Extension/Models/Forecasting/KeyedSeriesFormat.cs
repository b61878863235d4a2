using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Models;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Models.Forecasting;

/// <summary>The only reader and writer of series in files.</summary>
/// <remarks>
/// *** Binary format ***
/// the key (<see cref="SeriesKeyFormat"/>); long: time of the first step; 2 bytes: least and most day of the month
/// int: number of offsets, and of each 2 longs: from when on, ticks; its static values (floats); int: steps
/// for each step its targets, past and known values (floats), and for each value bool: imputed
/// </remarks>
internal static class KeyedSeriesFormat
{
    /// <summary>Least bytes of a series.</summary>
    public const int LeastBytes = sizeof(int) + sizeof(long) + 2 * sizeof(byte) + sizeof(int) + sizeof(int);

    /// <summary>Bytes of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="steps">Steps of it that are written.</param>
    public static long BytesOf(KeyedSeries series, int steps)
    {
        TimeSeries numbers = series.Steps;
        long ofStep = sizeof(float) * ((long)numbers.TargetCount + numbers.PastCount + numbers.KnownCount) + numbers.TargetCount;
        return LeastBytes + sizeof(float) * (long)numbers.Statics.Length + sizeof(char) * (long)series.Key.Length + steps * ofStep;
    }

    public static void Write(BinaryWriter w, KeyedSeries series)
    {
        SeriesKeyFormat.Write(w, series.Key);
        w.Write(series.Start);
        w.Write((byte)series.Day.Least);
        w.Write((byte)series.Day.Most);
        w.Write(series.Offsets.Changes.Count);
        foreach (RowTime change in series.Offsets.Changes)
        {
            w.Write(change.Instant);
            w.Write(change.Offset);
        }
        TimeSeries steps = series.Steps;
        w.Write(MemoryMarshal.AsBytes(steps.Statics.AsSpan()));
        w.Write(steps.Length);
        float[] targets = new float[steps.TargetCount],
            past = new float[steps.PastCount],
            known = new float[steps.KnownCount];
        for (int step = 0; step < steps.Length; step++)
        {
            steps.ReadStep(step, targets, past);
            steps.ReadKnown(step, known);
            foreach (float[] numbers in (float[][])[targets, past, known])
                w.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
            for (int c = 0; c < targets.Length + past.Length + known.Length; c++)
                w.Write(steps.IsMadeUp(c, step));
        }
    }

    /// <param name="r">At the series.</param>
    /// <param name="layout">The values of a step.</param>
    /// <param name="grid">The time grid; null where there is none.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static KeyedSeries Read(PayloadReader r, WindowLayout layout, TimeGrid? grid, string what)
    {
        string key = SeriesKeyFormat.Read(r);
        long start = r.ReadInt64();
        var day = new MonthDay(r.ReadByte(), r.ReadByte());
        if (grid is not null && grid.Kind != TimeKind.Number && !IsMoment(start))
            throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' begins at an impossible time.");
        if (day.Least < 1 || day.Least > day.Most || day.Most > MonthDay.Any.Most)
            throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' lies on day {day.Least} to {day.Most} of each month.");
        ClockOffsets offsets = ReadOffsets(r, key, what);
        float[] statics = r.ReadSingles(layout.StaticValues, "static values of a series");
        bool areIds = layout.Categories.Zip(statics.Skip(layout.Statics)).All(id => IsId(id.Second, id.First.Count));
        if (!Finite.All(statics) || !areIds)
            throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' has a static value that is not finite, or no id.");
        int width = layout.Targets + layout.Past + layout.Known,
            count = r.ReadCount(width * (sizeof(float) + 1), "steps of a series");
        var steps = new TimeSeries(layout.Targets, layout.Past, layout.Known)
        {
            Statics = statics,
            FirstNumber = grid?.NumberOf(start) ?? 0,
        };
        var isMadeUp = new bool[width];
        for (int step = 0; step < count; step++)
        {
            float[] numbers = r.ReadSingles(width, "a step");
            if (!Finite.All(numbers))
                throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' holds a number that is not finite.");
            for (int c = 0; c < width; c++)
                isMadeUp[c] = r.ReadBoolean();
            steps.Add(numbers.AsSpan(0, layout.Targets), numbers.AsSpan(layout.Targets, layout.Past));
            steps.AddKnown(numbers.AsSpan(layout.Targets + layout.Past));
            steps.Mark(isMadeUp);
        }
        return new KeyedSeries(key, steps, start) { Day = day, Offsets = offsets };
    }

    private static ClockOffsets ReadOffsets(PayloadReader r, string key, string what)
    {
        var changes = new RowTime[r.ReadCount(2 * sizeof(long), "offsets of a series' times")];
        for (int i = 0; i < changes.Length; i++)
        {
            changes[i] = new RowTime(r.ReadInt64(), r.ReadInt64());
            if (
                !IsMoment(changes[i].Instant)
                || Int128.Abs(changes[i].Offset) > _mostOffset
                || (i > 0 && changes[i].Instant <= changes[i - 1].Instant)
            )
                throw Contracts.ExceptDecode($"{what} is damaged: the offsets of the times of the series '{key}' are invalid.");
        }
        return changes.Length == 0 ? ClockOffsets.None : new ClockOffsets(changes);
    }

    private static bool IsId(float value, int count) => value >= 0 && value < count && MathF.Floor(value) == value;

    private static bool IsMoment(long ticks) => ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;

    private static readonly long _mostOffset = TimeSpan.FromHours(14).Ticks;
}
