using RnnMlNet.Data.Series;

namespace RnnMlNet.Models.Forecasting;

/// <summary>
/// The correction of the networks' forecasts, measured on held-out ends: a share of a naive forecast is mixed in (a combination has a
/// smaller error than its parts where the network has little training data; Bates and Granger, "The Combination of Forecasts", 1969), and
/// the median error is subtracted, so that as many values are above a forecast as below it.
/// </summary>
/// <param name="Naive">The naive forecast: the last value or the last season; None where nothing is mixed in.</param>
/// <param name="Season">Steps of its season.</param>
/// <param name="Share">Its share, in [0, 1].</param>
/// <param name="Bias">[C H] median errors in units of intervals' scores; empty for none.</param>
internal sealed record ForecastCorrection(ForecastResidual Naive, int Season, float Share, float[] Bias)
{
    /// <summary>No correction.</summary>
    public static readonly ForecastCorrection None = new(ForecastResidual.None, 1, 0, []);

    /// <summary>Steps of a series that the naive forecast reads.</summary>
    public int LookBack =>
        Share == 0 ? 0
        : Naive == ForecastResidual.SeasonalNaive ? Season
        : 1;

    /// <summary>Mixes the naive forecast in: quantiles keep their distances from the middle one.</summary>
    /// <param name="series">The series.</param>
    /// <param name="channel">The target.</param>
    /// <param name="end">The step after the window.</param>
    /// <param name="outputs">[H, quantiles] in the series' own units, replaced.</param>
    /// <param name="quantiles">Outputs of each step.</param>
    public void Mix(TimeSeries series, int channel, int end, Span<float> outputs, int quantiles)
    {
        if (Share == 0)
            return;
        for (int h = 0; h < outputs.Length / quantiles; h++)
        {
            Span<float> own = outputs.Slice(h * quantiles, quantiles);
            double middle = own[quantiles / 2],
                move = Share * (WindowReader.Naive(Naive, Season, series, channel, end, h) - middle);
            for (int q = 0; q < quantiles; q++)
                own[q] = (float)(own[q] + move);
        }
    }
}
