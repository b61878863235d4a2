namespace RnnMlNet.Data.Series;

/// <summary>
/// The unit of errors in a series: its own variation. So a series counts the same in grams or kilograms, in training, in validation and in
/// the choice of weights, and each of many series counts the same.
/// </summary>
/// <param name="Values">[series, C] each above 0.</param>
internal sealed record SeriesUnits(double[][] Values)
{
    /// <param name="series">The series.</param>
    /// <param name="counts">For each series the number of first steps that count.</param>
    public static SeriesUnits Learn(IReadOnlyList<TimeSeries> series, IReadOnlyList<int> counts) =>
        new([
            .. series.Select(
                (one, s) =>
                    Enumerable
                        .Range(0, one.TargetCount)
                        .Select(channel => Of(one.Targets(channel, 0, Math.Min(counts[s], one.Length))))
                        .ToArray()
            ),
        ]);

    /// <summary>Units of naive errors: the mean absolute difference of a series from itself a season before.</summary>
    /// <param name="series">The series.</param>
    /// <param name="counts">For each series the number of first steps that count.</param>
    /// <param name="season">Steps of a season; a series shorter than two seasons uses one step.</param>
    public static SeriesUnits OfNaiveErrors(IReadOnlyList<TimeSeries> series, IReadOnlyList<int> counts, int season) =>
        new([
            .. series.Select(
                (one, s) =>
                    Enumerable
                        .Range(0, one.TargetCount)
                        .Select(channel => NaiveError(one.Targets(channel, 0, Math.Min(counts[s], one.Length)), season))
                        .ToArray()
            ),
        ]);

    private static double NaiveError(ReadOnlySpan<float> values, int season)
    {
        int lag = values.Length >= 2 * season ? season : 1;
        double sum = 0;
        for (int t = lag; t < values.Length; t++)
            sum += Math.Abs((double)values[t] - values[t - lag]);
        double mean = sum / Math.Max(1, values.Length - lag),
            deviation = Of(values);
        // For a series that repeats itself exactly, or nearly so, a fraction of its deviation.
        return Math.Max(mean, LeastOfDeviation * deviation);
    }

    private const double LeastOfDeviation = 0.02;

    /// <summary>The deviation of values; for equal values their absolute value, or 1.</summary>
    private static double Of(ReadOnlySpan<float> values)
    {
        double deviation = Deviation(values);
        double size = values.IsEmpty ? 0 : Math.Abs((double)values[0]);
        return deviation > 0 ? deviation
            : size >= Least ? size
            : 1;
    }

    /// <summary>The smallest deviation: below it single precision loses digits, and quotients become infinite.</summary>
    public const double Least = 1.17549435e-38;

    /// <summary>The deviation of values; 0 for no values, or where it is below <see cref="Least"/>.</summary>
    public static double Deviation(ReadOnlySpan<float> values)
    {
        double sum = 0,
            squares = 0;
        foreach (float value in values)
            sum += value;
        double mean = sum / Math.Max(1, values.Length);
        foreach (float value in values)
            squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / Math.Max(1, values.Length));
        return deviation >= Least ? deviation : 0;
    }
}
