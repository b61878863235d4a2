using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>
/// Reads windows of series as network inputs, and converts outputs to forecasts. Stateless and thread-safe.
/// </summary>
/// <param name="layout">Sizes.</param>
/// <param name="targets">Means and deviations of the targets over all training steps.</param>
/// <param name="past">The same of the past channels; null where there are none.</param>
/// <param name="known">The same of the known channels; null where there are none.</param>
/// <param name="statics">The same of the static values; null where there are none.</param>
internal sealed class WindowReader(
    WindowLayout layout,
    FeatureScaling targets,
    FeatureScaling? past,
    FeatureScaling? known,
    FeatureScaling? statics = null
)
{
    public WindowLayout Layout => layout;

    /// <summary>The units of the window that ends before a step.</summary>
    public InstanceNormalization Frame(TimeSeries series, int channel, int end) =>
        InstanceNormalization.Of(layout.Normalization, targets, channel, series.Targets(channel, end - layout.Window, layout.Window));

    /// <summary>The position in the network's cycle of the step after a window; 0 where it has none.</summary>
    public int Phase(TimeSeries series, int end)
    {
        if (layout.CycleLength == 0)
            return 0;
        int phase = (int)((series.FirstNumber + end) % layout.CycleLength);
        return phase < 0 ? phase + layout.CycleLength : phase;
    }

    /// <summary>Reads the network's steps.</summary>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="frame">The window's units.</param>
    /// <param name="steps">[Steps, Features], overwritten.</param>
    public void ReadSteps(TimeSeries series, int channel, int end, in InstanceNormalization frame, Span<float> steps)
    {
        steps.Clear();
        int start = end - layout.Window,
            lead = layout.Steps * layout.Segment - layout.Window;
        ReadOnlySpan<float> window = series.Targets(channel, start, layout.Window);
        for (int t = 0; t < window.Length; t++)
            steps[Place(lead + t, 0)] = layout.Differences
                ? frame.ToFrameDifference(t == 0 ? 0 : (double)window[t] - window[t - 1])
                : frame.ToFrame(window[t]);
        for (int c = 0; c < layout.Past; c++)
            Standardise(series.Past(c, start, layout.Window), past!, c, lead, 1 + c, steps);
        for (int c = 0; c < layout.Known; c++)
            Standardise(series.Known(c, start, layout.Window), known!, c, lead, 1 + layout.Past + c, steps);
        for (int c = 0; c < layout.StaticValues; c++)
        for (int step = 0; step < layout.Steps; step++)
            steps[step * layout.Features + layout.Channels + c] =
                c < layout.Statics ? Standardised(series.Statics[c], statics!, c) : series.Statics[c];
    }

    /// <summary>Reads the row's static features.</summary>
    /// <param name="series">The series, with known future values up to the horizon where there are any.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="frame">The window's units.</param>
    /// <param name="extras">[StaticSize], overwritten.</param>
    public void ReadStaticInputs(TimeSeries series, int channel, int end, in InstanceNormalization frame, Span<float> extras)
    {
        extras.Clear();
        if (extras.IsEmpty)
            return;
        int marks = layout.Marks,
            knownSize = layout.Segment * layout.Known;
        if (layout.Decoder is not Decoder decoder)
        {
            if (marks > 0)
                extras[channel] = 1;
            ReadKnown(series, end, extras[marks..], stride: knownSize);
            return;
        }
        if (decoder.ReadsPreviousOutput)
        {
            extras[0] = frame.ToFrameDifference(series.Targets(channel, end - 1, 1)[0] - Baseline(series, channel, end, 0, frame));
            extras = extras[1..];
        }
        ReadKnown(series, end, extras, layout.KnownPerStep);
        for (int step = 0; marks > 0 && step < layout.OutputSteps; step++)
            extras[step * layout.KnownPerStep + knownSize + channel] = 1;
    }

    /// <summary>Reads the labels: NaN where a target is unknown.</summary>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="frame">The window's units.</param>
    /// <param name="labels">[LabelWidth], overwritten.</param>
    public void ReadLabels(TimeSeries series, int channel, int end, in InstanceNormalization frame, Span<float> labels)
    {
        int count = Math.Clamp(series.Length - end, 0, layout.Horizon);
        ReadOnlySpan<float> values = series.Targets(channel, end, count);
        labels[count..].Fill(float.NaN);
        for (int h = 0; h < count; h++)
        {
            double change = values[h] - Baseline(series, channel, end, h, frame);
            // A change after a flat window has no size in the window's units.
            labels[h] = series.IsImputed(channel, end + h) || (frame.IsFlat && change != 0) ? float.NaN : frame.ToFrameDifference(change);
        }
    }

    /// <summary>Converts outputs to the series' own units.</summary>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="frame">The window's units.</param>
    /// <param name="outputs">[H, quantiles], replaced.</param>
    /// <param name="quantiles">Outputs of each step.</param>
    public void ToForecast(TimeSeries series, int channel, int end, in InstanceNormalization frame, Span<float> outputs, int quantiles)
    {
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = (float)(frame.FromFrameDifference(outputs[i]) + Baseline(series, channel, end, i / quantiles, frame));
    }

    /// <summary>
    /// The unit of errors of a window's forecasts, which makes those of large and small, calm and volatile series comparable: the geometric
    /// mean of its deviation and of its mean difference from itself a season before. 0 for a flat window.
    /// </summary>
    public double ErrorUnit(TimeSeries series, int channel, int end)
    {
        ReadOnlySpan<float> window = series.Targets(channel, end - layout.Window, layout.Window);
        double deviation = SeriesUnits.Deviation(window);
        int lag = ErrorLag(window.Length, layout.Season);
        double differences = 0;
        for (int t = lag; t < window.Length; t++)
            differences += Math.Abs((double)window[t] - window[t - lag]);
        return Math.Sqrt(Math.Max(differences / (window.Length - lag), LeastOfDeviation * deviation) * deviation);
    }

    /// <summary>Lower bound of the seasonal difference, as a fraction of the deviation: a window that repeats itself exactly may still
    /// change.</summary>
    public const double LeastOfDeviation = 0.05;

    /// <summary>
    /// Distance in steps of the differences in <see cref="ErrorUnit"/>: a season, where a window has two.
    /// </summary>
    /// <param name="window">Steps of a window.</param>
    /// <param name="season">Steps of a season.</param>
    public static int ErrorLag(int window, int season) => 2 * season <= window ? season : 1;

    // The value of an output of 0, in the series' own units.
    private double Baseline(TimeSeries series, int channel, int end, int ahead, in InstanceNormalization frame) =>
        layout.Residual == ForecastResidual.None ? frame.FromFrame(0) : Naive(layout.Residual, layout.Season, series, channel, end, ahead);

    /// <summary>A naive forecast, in the series' own units.</summary>
    /// <param name="residual">The kind: not None.</param>
    /// <param name="season">Steps of a season.</param>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the last known one.</param>
    /// <param name="ahead">The step of the horizon, 0 for the first.</param>
    public static double Naive(ForecastResidual residual, int season, TimeSeries series, int channel, int end, int ahead) =>
        residual switch
        {
            ForecastResidual.LastValue => series.Targets(channel, end - 1, 1)[0],
            ForecastResidual.SeasonalNaive => series.Targets(channel, end - season + ahead % season, 1)[0],
            _ => throw new ArgumentOutOfRangeException(nameof(residual), residual, null),
        };

    // [OutputSteps, stride], of each step [Known, Segment]; beyond the horizon zeros.
    private void ReadKnown(TimeSeries series, int end, Span<float> target, int stride)
    {
        for (int c = 0; c < layout.Known; c++)
        {
            ReadOnlySpan<float> values = series.Known(c, end, layout.Horizon);
            for (int h = 0; h < values.Length; h++)
                target[h / layout.Segment * stride + c * layout.Segment + h % layout.Segment] = Standardised(values[h], known!, c);
        }
    }

    private void Standardise(ReadOnlySpan<float> values, FeatureScaling scaling, int channel, int lead, int kind, Span<float> steps)
    {
        for (int t = 0; t < values.Length; t++)
            steps[Place(lead + t, kind)] = Standardised(values[t], scaling, channel);
    }

    // The layout is [step, kind of channel, segment].
    private int Place(int t, int kind) => t / layout.Segment * layout.Features + kind * layout.Segment + t % layout.Segment;

    private static float Standardised(float value, FeatureScaling scaling, int channel) =>
        (value - scaling.Mean[channel]) / scaling.Deviation[channel];
}
