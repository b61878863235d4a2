using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// The errors of the networks' forecasts, of naive ones, and of combinations of both on held-out ends, by the training loss, in deviations
/// of each series.
/// </summary>
internal sealed class HeldOutErrors
{
    private const int Shares = 20;

    private readonly ForecastNetwork _model;
    private readonly SeriesUnits _units;
    private readonly bool _isSquared;
    private readonly (ForecastResidual Kind, int Season)[] _naive;

    // [naive, share] sums of errors; share 0 is the network alone, the last the naive forecast alone.
    private readonly double[,] _sums;
    private long _count;

    // The last end alone.
    private HeldOutErrors _latest;

    /// <param name="model">The networks, without a correction.</param>
    /// <param name="season">Steps of a season, 1 for none.</param>
    /// <param name="reach">Steps available before each window's end.</param>
    /// <param name="units">The units of each series.</param>
    /// <param name="isSquared">Whether squared errors are compared, or absolute ones.</param>
    public HeldOutErrors(ForecastNetwork model, int season, int reach, SeriesUnits units, bool isSquared)
    {
        (_model, _units, _isSquared) = (model, units, isSquared);
        _naive =
            season > 1 && season <= reach
                ? [(ForecastResidual.LastValue, 1), (ForecastResidual.SeasonalNaive, season)]
                : [(ForecastResidual.LastValue, 1)];
        _sums = new double[_naive.Length, Shares + 1];
        _latest = this;
    }

    /// <summary>Error of the networks alone.</summary>
    public double Network => Error(0, 0);

    /// <summary>Error of the last value.</summary>
    public double LastValue => Error(0, Shares);

    /// <summary>Error of the last season; null where there is none.</summary>
    public double? LastSeason => _naive.Length > 1 ? Error(1, Shares) : null;

    private double Naive => Math.Min(LastValue, LastSeason ?? double.PositiveInfinity);

    /// <summary>Adds the errors of some windows of a series.</summary>
    public void Add(int number, IReadOnlyList<WindowPosition> windows, WindowForecasts forecasts)
    {
        int horizon = _model.Layout.Horizon;
        for (int w = 0; w < windows.Count; w++)
        {
            var (series, end) = windows[w];
            ReadOnlySpan<float> values = forecasts.Values(w);
            for (int place = 0; place < values.Length; place++)
            {
                int channel = place / horizon,
                    ahead = place % horizon;
                if (!series.IsImputed(channel, end + ahead))
                    Add(series, channel, end, ahead, values[place], _units.Values[number][channel]);
            }
        }
    }

    /// <summary>These errors, of the last ends, combined with those of earlier ones.</summary>
    public HeldOutErrors With(HeldOutErrors? others)
    {
        if (others is null)
            return this;
        var all = new HeldOutErrors(_model, _naive[^1].Season, int.MaxValue, _units, _isSquared)
        {
            _count = _count + others._count,
            _latest = _latest,
        };
        for (int n = 0; n < _naive.Length; n++)
        for (int s = 0; s <= Shares; s++)
            all._sums[n, s] = _sums[n, s] + others._sums[n, s];
        return all;
    }

    /// <summary>
    /// The combination with the best evidence. A network with much training data takes only a small share of a naive forecast, unless that
    /// was better; with little data, it takes the share with the smallest error, and the naive forecast alone where the network is far
    /// worse, or where nothing is clearly better overall, or not on the last end.
    /// </summary>
    /// <param name="horizons">Non-overlapping horizons in the training steps, over all series.</param>
    public ForecastCorrection Best(long horizons)
    {
        double naive = Naive;
        if (_count == 0)
            return ForecastCorrection.None;
        ForecastCorrection best = OfSmallest();
        if (horizons >= ManyHorizons && Network <= naive)
            return best with { Share = Math.Min(best.Share, MostOfNaive) };
        return Doubt(horizons) is null ? best : With(1);
    }

    /// <summary>The reason for the naive forecast alone, as the start of a sentence; null where it is not chosen.</summary>
    /// <param name="horizons">Non-overlapping horizons in the training steps, over all series.</param>
    public string? Doubt(long horizons)
    {
        if (horizons >= ManyHorizons || _count == 0)
            return null;
        ForecastCorrection best = OfSmallest();
        if (best.Share == 1)
            return "No share of the network's forecast improves it";
        string naive = NameOf(With(1).Naive);
        string part = FormattableString.Invariant($"{1 - best.Share:0.##} of the network's");
        string mixture = best.Share == 0 ? "the network" : $"the best mixture ({part})";
        double bound = horizons < FewHorizons ? FarBetter : ClearlyBetter;
        if (Network > Comparable * Naive)
            return FormattableString.Invariant($"The network's error is more than {Comparable - 1:0 %} above that of the last {naive}");
        if (Of(best) > bound * Naive)
            return $"With {horizons} horizons to train on, the error of {mixture} would have to be "
                + FormattableString.Invariant(
                    $"{1 - bound:0 %} below that of the last {naive}, and is {1 - Of(best) / Naive:0.# %} below it"
                );
        if (_latest.Of(best) > _latest.Naive)
            return $"On the last of the held-out ends alone, {mixture} has a larger error than the last "
                + FormattableString.Invariant($"{NameOf(_latest.With(1).Naive)} ({_latest.Of(best):0.####}, {_latest.Naive:0.####})");
        return null;
    }

    /// <summary>What a naive forecast repeats.</summary>
    public static string NameOf(ForecastResidual naive) => naive == ForecastResidual.LastValue ? "value" : "season";

    private const float MostOfNaive = 0.1f;
    private const int FewHorizons = 50,
        ManyHorizons = 500;
    private const double FarBetter = 0.8,
        ClearlyBetter = 0.95,
        Comparable = 1.2;

    private ForecastCorrection OfSmallest()
    {
        var (best, share) = (0, 0);
        for (int n = 0; n < _naive.Length; n++)
        for (int s = 0; s <= Shares; s++)
            if (Error(n, s) < Error(best, share))
                (best, share) = (n, s);
        return share == 0
            ? ForecastCorrection.None
            : new ForecastCorrection(_naive[best].Kind, _naive[best].Season, share / (float)Shares, []);
    }

    /// <summary>The better of the naive forecasts, with a share of it.</summary>
    public ForecastCorrection With(float share)
    {
        var (kind, season) = LastSeason < LastValue ? _naive[1] : _naive[0];
        return share == 0 ? ForecastCorrection.None : new ForecastCorrection(kind, season, share, []);
    }

    private void Add(TimeSeries series, int channel, int end, int ahead, float forecast, double unit)
    {
        double value = series.Targets(channel, end + ahead, 1)[0];
        for (int n = 0; n < _naive.Length; n++)
        {
            double naive = WindowReader.Naive(_naive[n].Kind, _naive[n].Season, series, channel, end, ahead);
            for (int s = 0; s <= Shares; s++)
            {
                double error = Math.Abs(value - forecast - (naive - forecast) * s / Shares) / unit;
                _sums[n, s] += _isSquared ? error * error : error;
            }
        }
        _count++;
    }

    /// <summary>Error of a combination.</summary>
    public double Of(ForecastCorrection correction) =>
        correction.Share == 0
            ? Network
            : Error(Array.FindIndex(_naive, one => one.Kind == correction.Naive), (int)Math.Round(correction.Share * Shares));

    private double Error(int naive, int share) => _isSquared ? Math.Sqrt(_sums[naive, share] / _count) : _sums[naive, share] / _count;
}
