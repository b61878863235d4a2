using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>
/// The units in which the network reads a window of a target: value = z Scale + Centre, in double precision. They depend on the window
/// alone.
/// </summary>
/// <param name="Centre">Subtracted from the window.</param>
/// <param name="Scale">Divides the centred window; 0 for a flat window, which the network reads as zeros and whose forecast is its own
/// level.</param>
internal readonly record struct InstanceNormalization(double Centre, double Scale)
{
    /// <summary>A deviation this small relative to the window's values is single-precision rounding, not variation.</summary>
    public const double RelativeNothing = 1e-6;

    /// <summary>Whether all values of the window are equal, up to rounding.</summary>
    public bool IsFlat => Scale == 0;

    /// <summary>The normalisation of a window.</summary>
    /// <param name="normalization">The kind of normalisation.</param>
    /// <param name="scaling">Means and deviations of all targets, for normalisations that do not divide by the window's own
    /// deviation.</param>
    /// <param name="channel">The target.</param>
    /// <param name="window">[L] its values.</param>
    public static InstanceNormalization Of(
        WindowNormalization normalization,
        FeatureScaling scaling,
        int channel,
        ReadOnlySpan<float> window
    ) =>
        normalization switch
        {
            _ when window.IsEmpty => new InstanceNormalization(scaling.Mean[channel], scaling.Deviation[channel]),
            WindowNormalization.None => new InstanceNormalization(scaling.Mean[channel], scaling.Deviation[channel]),
            WindowNormalization.LastValue => new InstanceNormalization(window[^1], scaling.Deviation[channel]),
            WindowNormalization.MeanAndDeviation => OfItself(window),
            _ => throw new ArgumentOutOfRangeException(nameof(normalization), normalization, null),
        };

    /// <summary>A value in the network's units.</summary>
    public float ToFrame(float value) => ToFrameDifference(value - Centre);

    /// <summary>A difference of two values in the network's units.</summary>
    public float ToFrameDifference(double difference) => IsFlat ? 0 : (float)(difference / Scale);

    /// <summary>A value in the series' own units.</summary>
    public double FromFrame(float z) => z * Scale + Centre;

    /// <summary>A difference of two values in the series' own units.</summary>
    public double FromFrameDifference(float z) => z * Scale;

    private static InstanceNormalization OfItself(ReadOnlySpan<float> window)
    {
        double sum = 0,
            squares = 0,
            largest = 0;
        foreach (float value in window)
        {
            sum += value;
            largest = Math.Max(largest, Math.Abs(value));
        }
        double mean = sum / window.Length;
        foreach (float value in window)
            squares += (value - mean) * (value - mean);
        double deviation = Math.Sqrt(squares / window.Length);
        // The level of a flat window is exactly the value that it repeats.
        bool isFlat = deviation <= RelativeNothing * largest || deviation < SeriesUnits.Least;
        return isFlat ? new InstanceNormalization(window[^1], 0) : new InstanceNormalization(mean, deviation);
    }
}
