using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The layout of windows and the network of a forecaster.</summary>
internal static class ForecastLayout
{
    /// <summary>Below this length of a window, segments would be few and short.</summary>
    public const int LongWindow = 16;

    private const int UsualSegments = 4,
        MostSegments = 16;

    /// <summary>The layout of windows.</summary>
    /// <param name="s">The options.</param>
    /// <param name="columns">The columns.</param>
    public static WindowLayout Of(ForecastSettings s, SeriesBinding columns) =>
        new(s.WindowSize, s.Horizon, s.SegmentLength, columns.TargetCount, columns.PastCount, columns.KnownCount)
        {
            Statics = columns.StaticCount,
            Decoder = ForecastModels.DecoderOf(s.Model),
            Normalization = s.Normalization,
            Residual = s.Residual,
            Season = s.SeasonLength,
            Differences = s.Differences,
            CycleLength = s.CycleLength,
        };

    /// <summary>The ids of a series: those of its static keys, and its own.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="series">Number of series that the network embeds; null for none.</param>
    /// <param name="size">Width of an embedding; null where it follows from the number of ids.</param>
    public static IReadOnlyList<CategoryShape> Categories(SeriesBinding columns, int? series, int? size) =>
        [
            .. columns
                .StaticKeys.Select(column => CategoryIds.CountOf(column.Type))
                .Concat(series is int count ? [count + 1] : [])
                .Select(count => new CategoryShape(count, size ?? Math.Clamp(count / 2, 1, WidestCategory))),
        ];

    // The other trainers' default.
    private const int WidestCategory = 16;

    /// <summary>The network.</summary>
    /// <param name="s">The options.</param>
    /// <param name="layout">The layout of windows.</param>
    public static NetworkShape Shape(ForecastSettings s, WindowLayout layout) =>
        Shape(s.Cell, s.HiddenSize, layout, Math.Max(1, s.Quantiles.Length));

    /// <summary>The network, which these arguments determine completely: so a file is checked against it too.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hiddenSize">Units of the recurrent layer.</param>
    /// <param name="layout">The layout of windows.</param>
    /// <param name="quantiles">Outputs of a target's step.</param>
    public static NetworkShape Shape(CellKind cell, int hiddenSize, WindowLayout layout, int quantiles) =>
        layout.Shape(
            new NetworkShape
            {
                Cell = cell,
                ProjectionSize = layout.HasSegments ? hiddenSize : 0,
                HiddenSize = hiddenSize,
                Pooling = Pooling.Last,
            },
            quantiles
        );

    /// <summary>
    /// The window, adjusted by a few steps where its segments would otherwise be short, to one that has longer segments in common with the
    /// horizon.
    /// </summary>
    /// <param name="window">L.</param>
    /// <param name="horizon">H.</param>
    /// <param name="most">Largest window.</param>
    public static int WholeSegments(int window, int horizon, int most)
    {
        if (window < LongWindow || Segment(window, horizon) * MostSegments >= window)
            return window;
        int length = Enumerable.Range(1, window / UsualSegments).Where(size => horizon % size == 0).Max(),
            up = (window + length - 1) / length * length;
        return up <= most ? up : window / length * length;
    }

    /// <summary>
    /// The default length of a segment: the largest common divisor of window and horizon up to a quarter of the window, or else a quarter
    /// of the window.
    /// </summary>
    public static int Segment(int window, int horizon)
    {
        int longest = Math.Max(1, window / UsualSegments);
        for (int length = longest; length > 1; length--)
            if (window % length == 0 && horizon % length == 0)
                return length;
        return longest;
    }
}
