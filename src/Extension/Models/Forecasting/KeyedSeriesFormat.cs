using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;

namespace RnnMlNet.Models.Forecasting;

/// <summary>The only reader and writer of series in files.</summary>
/// <remarks>
/// *** Binary format ***
/// int: length of the key, that many UTF-16 code units (a key need not be well-formed text); long: time of the first step; int: steps
/// of each step its targets, past and known numbers (floats), and of each target bool: made up
/// </remarks>
internal static class KeyedSeriesFormat
{
    /// <summary>Least bytes of a series.</summary>
    public const int LeastBytes = sizeof(int) + sizeof(long) + sizeof(int);

    /// <summary>Bytes of a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="steps">Steps of it that are written.</param>
    public static long BytesOf(KeyedSeries series, int steps)
    {
        TimeSeries numbers = series.Steps;
        long ofStep = sizeof(float) * ((long)numbers.TargetCount + numbers.PastCount + numbers.KnownCount) + numbers.TargetCount;
        return LeastBytes + sizeof(char) * (long)series.Key.Length + steps * ofStep;
    }

    public static void Write(BinaryWriter w, KeyedSeries series)
    {
        w.Write(series.Key.Length);
        foreach (char unit in series.Key)
            w.Write((ushort)unit);
        w.Write(series.Start);
        TimeSeries steps = series.Steps;
        w.Write(steps.Length);
        float[] targets = new float[steps.TargetCount], past = new float[steps.PastCount], known = new float[steps.KnownCount];
        for (int step = 0; step < steps.Length; step++)
        {
            steps.ReadStep(step, targets, past);
            steps.ReadKnown(step, known);
            foreach (float[] numbers in (float[][])[targets, past, known])
                w.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
            for (int c = 0; c < targets.Length; c++)
                w.Write(steps.IsImputed(c, step));
        }
    }

    /// <param name="r">Stands at the series.</param>
    /// <param name="layout">The numbers of a step.</param>
    /// <param name="grid">The steps of the times; null where there are none.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="FormatException">It is damaged.</exception>
    public static KeyedSeries Read(PayloadReader r, WindowLayout layout, TimeGrid? grid, string what)
    {
        var units = new char[r.ReadCount(sizeof(char), "characters of a series' key")];
        for (int i = 0; i < units.Length; i++)
            units[i] = (char)r.ReadUInt16();
        string key = new(units);
        long start = r.ReadInt64();
        if (grid is { Kind: TimeKind.Moment } && !(start >= DateTime.MinValue.Ticks && start <= DateTime.MaxValue.Ticks))
            throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' begins at no time.");
        int width = layout.Targets + layout.Past + layout.Known, count = r.ReadCount(width * sizeof(float) + layout.Targets, "steps of a series");
        var steps = new TimeSeries(layout.Targets, layout.Past, layout.Known);
        var isImputed = new bool[layout.Targets];
        for (int step = 0; step < count; step++)
        {
            float[] numbers = r.ReadSingles(width, "a step");
            if (!Finite.All(numbers))
                throw Contracts.ExceptDecode($"{what} is damaged: the series '{key}' holds a number that is not finite.");
            for (int c = 0; c < isImputed.Length; c++)
                isImputed[c] = r.ReadBoolean();
            steps.Add(numbers.AsSpan(0, layout.Targets), numbers.AsSpan(layout.Targets, layout.Past), isImputed);
            steps.AddKnown(numbers.AsSpan(layout.Targets + layout.Past));
        }
        return new KeyedSeries(key, steps, start);
    }
}
