using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Plots.Blocks;

/// <summary>An axis with its limits.</summary>
internal sealed class AxisScale
{
    // A narrower range, relative to its values, is treated as a single value.
    private const double NarrowestRange = 1e-9;

    private AxisScale(AxisKind kind, double low, double high)
    {
        Kind = kind;
        Low = low;
        High = high;
    }

    public AxisKind Kind { get; }

    public double Low { get; }

    public double High { get; }

    /// <summary>An axis that includes some values.</summary>
    /// <param name="axis">Its kind.</param>
    /// <param name="values">Finite ones; without any it extends from 0 to 1, for logarithms from 1 to 10.</param>
    /// <param name="margin">Margin at both ends, as a share of the length.</param>
    public static AxisScale Of(ChartAxis axis, IEnumerable<double> values, double margin)
    {
        double low = double.PositiveInfinity,
            high = double.NegativeInfinity;
        foreach (double value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low > high)
            return new AxisScale(
                axis.Kind == AxisKind.Time ? AxisKind.Linear : axis.Kind,
                axis.Kind == AxisKind.Log ? 1 : 0,
                axis.Kind == AxisKind.Log ? 10 : 1
            );
        if (axis.Kind == AxisKind.Log)
            return Logarithmic(low, high, margin);
        if (high - low <= NarrowestRange * Math.Max(Math.Abs(low), Math.Abs(high)))
            return Around(axis.Kind, low);
        double air = margin * (high - low);
        return new AxisScale(axis.Kind, low - air, high + air);
    }

    /// <summary>The relative position of a value: 0 at the lower end, 1 at the upper.</summary>
    public double At(double value) =>
        Kind == AxisKind.Log ? (Math.Log10(value) - Math.Log10(Low)) / (Math.Log10(High) - Math.Log10(Low)) : (value - Low) / (High - Low);

    /// <summary>Ticks, at most some; at least one where there is a suitable value.</summary>
    public IReadOnlyList<Tick> Ticks(int most) =>
        Kind switch
        {
            AxisKind.Log => NumberTicks.Logarithmic(Low, High, most),
            AxisKind.Time => TimeTicks.Of(Low, High, most),
            _ => NumberTicks.Linear(Low, High, most, isWhole: Kind == AxisKind.Whole),
        };

    /// <summary>As many ticks as have room for their labels without overlap.</summary>
    /// <param name="most">Maximum number.</param>
    /// <param name="span">The extent of a label along the axis.</param>
    /// <param name="gap">Minimum distance of two labels.</param>
    public IReadOnlyList<Tick> FittingTicks(int most, Func<Tick, (double Start, double End)> span, double gap)
    {
        for (int count = most; count > 1; count--)
        {
            IReadOnlyList<Tick> ticks = Ticks(count);
            var spans = ticks.Select(span).OrderBy(one => one.Start).ToList();
            if (spans.Zip(spans.Skip(1)).All(pair => pair.First.End + gap <= pair.Second.Start))
                return ticks;
        }
        return [.. Ticks(1).Take(1)];
    }

    private static AxisScale Around(AxisKind kind, double value) =>
        kind switch
        {
            AxisKind.Whole => new AxisScale(kind, value - 1, value + 1),
            AxisKind.Time => new AxisScale(
                kind,
                Math.Max(0, value - TimeSpan.TicksPerDay),
                Math.Min(DateTime.MaxValue.Ticks, value + TimeSpan.TicksPerDay)
            ),
            _ => new AxisScale(kind, value - Reach(value), value + Reach(value)),
        };

    private static double Reach(double value) => value == 0 ? 1 : Math.Max(Math.Abs(value) / 10, double.Epsilon * 1e6);

    private static AxisScale Logarithmic(double low, double high, double margin)
    {
        double from = Math.Log10(low),
            to = Math.Log10(high),
            air = to - from < NarrowestRange ? 0.5 : margin * (to - from);
        // Beyond these limits there are no floats of full precision.
        return new AxisScale(AxisKind.Log, Math.Pow(10, Math.Max(-307, from - air)), Math.Pow(10, Math.Min(307, to + air)));
    }
}
