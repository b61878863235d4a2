using Microsoft.ML.Runtime;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Scoring;
using RnnMlNet.Training;
using Options = RnnMlNet.RnnForecastingOptions;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Measures trained networks on the held-out ends: compares them with naive forecasts, and computes their correction and the nonconformity
/// scores of the intervals.
/// </summary>
internal sealed class HeldOutMeasure(IChannel log, ForecastNetwork model, ForecastSettings settings, TrainingSpan span, SeriesUnits units)
{
    private const int BlockWindows = 1024;

    /// <summary>The correction of forecasts, and the scores of corrected ones.</summary>
    public (ForecastCorrection Correction, IntervalScores Scores) Run(Options options, HeldOutErrors? earlier)
    {
        ForecastCorrection correction = Correction(earlier);
        // Centred first: the scores are those of the corrected forecasts.
        IntervalScores before = Scores(correction);
        correction = correction with { Bias = before.Centres(Origins) };
        IntervalScores scores = Scores(correction, Spread);
        if (!scores.AreEnoughFor(options.ConfidenceLevel) && options.Columns.Any(column => column.HasBounds))
            log.Warning(
                HeldOut(scores.Counts.Min())
                    + $" too few to measure a {options.ConfidenceLevel:P0} interval at each step of the horizon: "
                    + "its width comes from the errors at all steps together. "
                    + "A longer series, or a larger ValidationFraction, would give each step its own."
            );
        return (correction, scores);
    }

    /// <summary>The beginning of a sentence about the windows that were held out.</summary>
    internal static string HeldOut(int windows) =>
        windows switch
        {
            0 => "Some steps of the horizon have no held-out window, which is",
            1 => "The one window that was held out is",
            _ => $"The {windows} windows that were held out are",
        };

    // Errors at the same times are correlated across series: only non-overlapping horizons count.
    private int Origins => span.ValidationEnds.Max(Independent);

    // Quantiles of few independent errors underestimate the spread, as Student's distribution is wider than the normal one (nearly its 95 %
    // interval); a small addition covers errors of the same time.
    private float Spread
    {
        get
        {
            double errors = Math.Max(2, span.ValidationEnds.Sum(ends => (long)Independent(ends)));
            return (float)((1 + 1.35 / errors + 2 / (errors * errors)) * (1 + SameTime / Math.Max(1, Origins)));
        }
    }

    // By the coverage of the horizons before the test horizons of M4, tourism and hospital: docs/accuracy.md.
    private const double SameTime = 0.06;

    private int Independent((int First, int Behind) ends) =>
        (Math.Max(0, ends.Behind - ends.First) + model.Layout.Horizon - 1) / model.Layout.Horizon;

    /// <summary>The errors of the networks' forecasts and of naive ones.</summary>
    public HeldOutErrors Errors()
    {
        bool isSquared = LossRegistry.Of(LossRegistry.Named(settings.Loss)).IsSquared;
        var errors = new HeldOutErrors(model, model.Layout.Season, model.Layout.LookBack, units, isSquared);
        Forecast(model, errors.Add);
        return errors;
    }

    private ForecastCorrection Correction(HeldOutErrors? earlier)
    {
        HeldOutErrors errors = Errors().With(earlier);
        ForecastCorrection correction = settings.NaiveShare is float share
            ? errors.With(share)
            : errors.Best(span.HorizonsOf(model.Layout));
        string season = errors.LastSeason is double lastSeason
            ? FormattableString.Invariant($", the last season's {lastSeason:0.####}")
            : "";
        log.Info(
            "Error on the held-out ends, as a share of the naive error of each series (MASE): "
                + FormattableString.Invariant(
                    $"the network's {errors.Network:0.####}, the last value's {errors.LastValue:0.####}{season}, "
                )
                + FormattableString.Invariant($"combined {errors.Of(correction):0.####}. ")
                + Described(correction, errors)
        );
        return correction;
    }

    private string Described(ForecastCorrection correction, HeldOutErrors errors) =>
        correction.Share switch
        {
            0 => "The forecast is the network's.",
            1 => $"{Reason(errors)}: the forecast is the last {HeldOutErrors.NameOf(correction.Naive)}.",
            _ => FormattableString.Invariant($"The forecast is {1 - correction.Share:0.##} of the network's and {correction.Share:0.##} ")
                + $"of the last {HeldOutErrors.NameOf(correction.Naive)}.",
        };

    // The rule that decided; without one, no mixture with the network's forecast was better.
    private string Reason(HeldOutErrors errors) =>
        settings.NaiveShare is not null
            ? $"{nameof(Options.NaiveShare)} is 1"
            : errors.Doubt(span.HorizonsOf(model.Layout)) ?? "No share of the network's forecast improves it";

    private IntervalScores Scores(ForecastCorrection correction, float spread = 1)
    {
        var calibration = new IntervalCalibration(model.Layout, spread);
        Forecast(model with { Correction = correction }, (_, places, forecasts) => calibration.Add(places, forecasts));
        return calibration.Scores();
    }

    private void Forecast(ForecastNetwork network, Action<int, IReadOnlyList<WindowPosition>, WindowForecasts> add)
    {
        var forecaster = new WindowForecaster(network);
        var forecasts = new WindowForecasts();
        for (int s = 0; s < span.Steps.Count; s++)
        {
            var (first, behind) = span.ValidationEnds[s];
            foreach (int[] ends in Enumerable.Range(first, Math.Max(0, behind - first)).Chunk(BlockWindows))
            {
                WindowPosition[] places = [.. ends.Select(end => new WindowPosition(span.Steps[s], end))];
                forecaster.Run(places, forecasts, Environment.ProcessorCount);
                add(s, places, forecasts);
            }
        }
    }
}
