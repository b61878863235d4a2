using RnnMlNet.Data.Series;
using RnnMlNet.Networks;
using Options = RnnMlNet.RnnForecastingEstimator.Options;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>The layout of windows and the network that a forecaster's options ask for.</summary>
internal static class ForecastLayout
{
    // Below it, segments would be few and short.
    private const int LongWindow = 16;
    private const int UsualSegments = 4;

    /// <summary>The model, where it was left open the one chosen.</summary>
    public static ForecastModel ModelOf(Options o) => o.Model != ForecastModel.Auto ? o.Model : o.WindowSize >= LongWindow ? ForecastModel.Segments : ForecastModel.Direct;

    /// <summary>How windows are read.</summary>
    /// <param name="o">The options.</param>
    /// <param name="columns">The columns.</param>
    public static WindowLayout Of(Options o, SeriesBinding columns)
    {
        ForecastModel model = ModelOf(o);
        int segment = model == ForecastModel.Segments ? o.SegmentLength ?? Segment(o.WindowSize, o.Horizon) : 1;
        return new WindowLayout(o.WindowSize, o.Horizon, segment, columns.TargetCount, columns.PastCount, columns.KnownCount)
        {
            Decoder = model switch { ForecastModel.Segments => DecoderKind.Parallel, ForecastModel.EncoderDecoder => DecoderKind.Recurrent, _ => null },
            Normalization = o.Normalization ?? (o.SeriesKeyColumnName is null ? WindowNormalization.LastValue : WindowNormalization.MeanAndDeviation),
            Residual = o.Residual,
            Season = o.SeasonLength ?? 1,
            Differences = o.Differences,
        };
    }

    /// <summary>The network.</summary>
    /// <param name="o">The options.</param>
    /// <param name="layout">How windows are read.</param>
    /// <param name="quantiles">Outputs of a target's step.</param>
    public static NetworkShape Shape(Options o, WindowLayout layout, int quantiles) => Shape(o.Cell, o.HiddenSize, layout, quantiles);

    /// <summary>The network, which all follows from these: so a file is held to it too.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hiddenSize">Units of the recurrent layer.</param>
    /// <param name="layout">How windows are read.</param>
    /// <param name="quantiles">Outputs of a target's step.</param>
    public static NetworkShape Shape(CellKind cell, int hiddenSize, WindowLayout layout, int quantiles) => layout.Shape(new NetworkShape
    {
        Cell = cell,
        ProjectionSize = layout.Decoder == DecoderKind.Parallel ? hiddenSize : 0,
        HiddenSize = hiddenSize,
        Pooling = Pooling.Last,
    }, quantiles);

    /// <summary>The loss of training.</summary>
    public static LossKind Loss(ForecastLoss loss) => loss switch
    {
        ForecastLoss.Squared => LossKind.Squared,
        ForecastLoss.Huber => LossKind.Huber,
        ForecastLoss.Quantile => LossKind.Quantile,
        _ => LossKind.Absolute,
    };

    /// <summary>The quantiles of a quantile loss; empty of any other.</summary>
    public static float[] Quantiles(Options o) =>
        o.Loss != ForecastLoss.Quantile ? [] : o.Quantiles ?? [(1 - o.ConfidenceLevel) / 2, 0.5f, (1 + o.ConfidenceLevel) / 2];

    private static int Segment(int window, int horizon)
    {
        int longest = Math.Max(1, window / UsualSegments);
        for (int length = longest; length > 1; length--)
            if (window % length == 0 && horizon % length == 0)
                return length;
        return longest;
    }
}
