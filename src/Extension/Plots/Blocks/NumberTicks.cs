using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A tick of an axis.</summary>
internal readonly record struct Tick(double Value, string Text);

/// <summary>Round values along an axis.</summary>
internal static class NumberTicks
{
    private static readonly double[][] _between =
    [
        [1, 2, 5],
        [1, 3],
    ];
    private static readonly int[] _everyPower = [1, 2, 3, 5, 10, 20, 50, 100, 200, 1000];

    /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
    public static IReadOnlyList<Tick> Linear(double low, double high, int most, bool isWhole)
    {
        double step = Step((high - low) / Math.Max(1, most));
        if (isWhole)
            step = Math.Max(1, step);
        while (Count(low, high, step) > most)
            step = Step(step * 1.01);
        double largest = Math.Max(Math.Abs(low), Math.Abs(high));
        var ticks = new List<Tick>();
        for (double n = First(low, step); n <= Last(high, step); n++)
            ticks.Add(new Tick(n * step, Label.OnAxis(n * step, step, largest)));
        return ticks;
    }

    /// <summary>
    /// Powers of ten, with 2 and 5 or 3 times them where there is room; round values where the axis is shorter than one.
    /// </summary>
    public static IReadOnlyList<Tick> Logarithmic(double low, double high, int most)
    {
        double from = Math.Log10(low),
            to = Math.Log10(high);
        if (to - from < 1)
            return Linear(low, high, most, isWhole: false);
        foreach (double[] factors in _between)
        {
            Tick[] ticks = [.. Powers(from, to, 1, factors)];
            if (ticks.Length <= most)
                return ticks;
        }
        return _everyPower.Select(every => Powers(from, to, every, [1]).ToArray()).First(powers => powers.Length <= Math.Max(1, most));
    }

    private static IEnumerable<Tick> Powers(double lowest, double highest, int every, double[] factors) =>
        from power in Enumerable.Range((int)Math.Floor(lowest), (int)Math.Ceiling(highest) - (int)Math.Floor(lowest) + 1)
        where power % every == 0
        from factor in factors
        let place = power + Math.Log10(factor)
        where place >= lowest - 1e-9 && place <= highest + 1e-9
        select new Tick(Math.Pow(10, power) * factor, Label.Number(Math.Pow(10, power) * factor, digits: 1));

    private static double Count(double low, double high, double step) => Last(high, step) - First(low, step) + 1;

    private static double First(double low, double step) => Math.Ceiling(low / step - 1e-9);

    private static double Last(double high, double step) => Math.Floor(high / step + 1e-9);

    // The smallest of 1, 2 and 5 times a power of ten that is not less.
    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        double factor = least / power;
        return power
            * (
                factor <= 1 + 1e-9 ? 1
                : factor <= 2 + 1e-9 ? 2
                : factor <= 5 + 1e-9 ? 5
                : 10
            );
    }
}
