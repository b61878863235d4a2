namespace RnnMlNet.Data.Series;

/// <summary>The units in which a network sees a window of a target: value = (z Scale + Offset) Deviation + Mean.</summary>
/// <param name="Mean">Of the target over all training steps.</param>
/// <param name="Deviation">Of the target over all training steps.</param>
/// <param name="Offset">Taken off the standardised window.</param>
/// <param name="Scale">What is left is divided by it.</param>
internal readonly record struct WindowFrame(float Mean, float Deviation, float Offset, float Scale)
{
    // Below it a window counts as constant.
    private const float SmallestScale = 1e-3f;

    /// <summary>The frame of a window.</summary>
    /// <param name="normalization">What is taken off it.</param>
    /// <param name="scaling">Means and deviations of all targets.</param>
    /// <param name="channel">The target.</param>
    /// <param name="window">[L] its values.</param>
    public static WindowFrame Of(WindowNormalization normalization, FeatureScaling scaling, int channel, ReadOnlySpan<float> window)
    {
        float mean = scaling.Mean[channel], deviation = scaling.Deviation[channel];
        if (normalization == WindowNormalization.None || window.IsEmpty)
            return new WindowFrame(mean, deviation, 0, 1);
        if (normalization == WindowNormalization.LastValue)
            return new WindowFrame(mean, deviation, (window[^1] - mean) / deviation, 1);
        double sum = 0, squares = 0;
        foreach (float value in window)
            sum += value;
        double own = sum / window.Length;
        foreach (float value in window)
            squares += (value - own) * (value - own);
        return new WindowFrame(mean, deviation, (float)((own - mean) / deviation), (float)Math.Max(SmallestScale, Math.Sqrt(squares / window.Length) / deviation));
    }

    /// <summary>A value as the network sees it.</summary>
    public float ToFrame(float value) => ((value - Mean) / Deviation - Offset) / Scale;

    /// <summary>A difference of two values as the network sees it.</summary>
    public float ToFrameDifference(float difference) => difference / (Deviation * Scale);

    /// <summary>A value in the series' own units.</summary>
    public float FromFrame(float z) => (z * Scale + Offset) * Deviation + Mean;

    /// <summary>A difference of two values in the series' own units.</summary>
    public float FromFrameDifference(float z) => z * Scale * Deviation;
}
