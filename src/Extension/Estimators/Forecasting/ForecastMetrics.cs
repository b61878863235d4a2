using System.Globalization;
using System.Text;
using RnnMlNet.Estimators.Forecasting;

namespace RnnMlNet;

/// <summary>
/// Metrics of forecasts against the values that occurred. Created by <c>mlContext.Forecasting.Evaluate</c>; <see cref="ToString"/> returns
/// a table.
/// </summary>
/// <remarks>
/// A pair is the forecast at a row for one of the rows after it, and the target of that row; a target of C channels makes C pairs. All
/// pairs have equal weight. Forecasts for rows after a series' last one make no pair.
/// </remarks>
public sealed class ForecastMetrics
{
    private const int MostSteps = 24;

    internal ForecastMetrics(PairSums sums, IReadOnlyList<ForecastStepMetrics> steps)
    {
        MeanAbsoluteError = sums.MeanAbsoluteError;
        MeanSquaredError = sums.MeanSquaredError;
        RootMeanSquaredError = sums.RootMeanSquaredError;
        MeanAbsolutePercentageError = sums.MeanAbsolutePercentageError;
        SymmetricMeanAbsolutePercentageError = sums.SymmetricMeanAbsolutePercentageError;
        MeanAbsoluteScaledError = sums.MeanAbsoluteScaledError;
        RelativeSquaredError = sums.RelativeSquaredError;
        PinballLoss = sums.PinballLoss;
        Coverage = sums.Coverage;
        MeanIntervalWidth = sums.MeanIntervalWidth;
        Count = sums.Count;
        IntervalCount = sums.Intervals;
        SkippedCount = sums.Skipped;
        ZeroTargetCount = sums.ZeroTargets;
        Steps = steps;
    }

    /// <summary>Mean of |forecast - target|, in the target's unit.</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>Mean of (forecast - target)².</summary>
    public double MeanSquaredError { get; }

    /// <summary>Root of <see cref="MeanSquaredError"/>, in the target's unit.</summary>
    public double RootMeanSquaredError { get; }

    /// <summary>
    /// MAPE: mean of |forecast - target| / |target|, in percent. Targets that are 0 are skipped (<see cref="ZeroTargetCount"/>); NaN if all
    /// are.
    /// </summary>
    public double MeanAbsolutePercentageError { get; }

    /// <summary>sMAPE: mean of 2 |forecast - target| / (|forecast| + |target|), in percent, from 0 to 200; 0 where both are 0.</summary>
    public double SymmetricMeanAbsolutePercentageError { get; }

    /// <summary>
    /// MASE (Hyndman and Koehler, Another look at measures of forecast accuracy, 2006): mean of the absolute errors, each divided by the
    /// mean absolute error of the seasonal naive forecast, the value one season before, on the same series and channel. Values below 1 are
    /// better than that forecast. <c>Evaluate</c> takes this scale from the targets of the evaluated data; <c>Backtest</c>, as in the
    /// paper, from those up to the fold's origin. Series without a scale, because they are shorter than a season or constant, are skipped;
    /// NaN if all are.
    /// </summary>
    public double MeanAbsoluteScaledError { get; }

    /// <summary>
    /// RSE, the root relative squared error (Lai et al., Modeling Long- and Short-Term Temporal Patterns with Deep Neural Networks, 2018):
    /// the root of the pairs' squared errors over the squared deviations of their targets from the mean of all of them. NaN if the targets
    /// are constant.
    /// </summary>
    public double RelativeSquaredError { get; }

    /// <summary>
    /// Mean of the quantile loss of the two bounds at (1 - confidence level) / 2 and (1 + confidence level) / 2, in the target's unit. NaN
    /// without bounds.
    /// </summary>
    public double PinballLoss { get; }

    /// <summary>
    /// Share, 0 to 1, of the targets between their bounds or on one, to compare with the confidence level. NaN without bounds.
    /// </summary>
    public double Coverage { get; }

    /// <summary>Mean of upper bound - lower bound, in the target's unit. NaN without bounds.</summary>
    public double MeanIntervalWidth { get; }

    /// <summary>Number of pairs over which the errors are averaged.</summary>
    public long Count { get; }

    /// <summary>
    /// Number of pairs, among those of <see cref="Count"/>, with both bounds, over which <see cref="PinballLoss"/>, <see cref="Coverage"/>
    /// and <see cref="MeanIntervalWidth"/> are averaged.
    /// </summary>
    public long IntervalCount { get; }

    /// <summary>Number of pairs that are skipped because the target or the forecast is not finite: NaN is a missing value.</summary>
    public long SkippedCount { get; }

    /// <summary>Number of pairs, among those of <see cref="Count"/>, whose target is 0.</summary>
    public long ZeroTargetCount { get; }

    /// <summary>The metrics of each step ahead: entry s is for forecasts s + 1 rows ahead.</summary>
    public IReadOnlyList<ForecastStepMetrics> Steps { get; }

    /// <summary>
    /// Returns a table of the metrics, in total and by step. For more than 24 steps it shows 24, evenly spaced, including the first and the
    /// last.
    /// </summary>
    public override string ToString()
    {
        bool hasBounds = IntervalCount > 0;
        var text = new StringBuilder();
        text.AppendLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Count} forecast values: MAE {Number(MeanAbsoluteError)}, RMSE {Number(RootMeanSquaredError)}, "
                    + $"MAPE {MeanAbsolutePercentageError:0.0} %, sMAPE {SymmetricMeanAbsolutePercentageError:0.0} %, MASE "
                    + $"{Number(MeanAbsoluteScaledError)}, RSE {Number(RelativeSquaredError)}"
            )
        );
        if (hasBounds)
            text.AppendLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{IntervalCount} intervals: coverage {Coverage:0.0%}, mean width "
                        + $"{Number(MeanIntervalWidth)}, pinball loss {Number(PinballLoss)}"
                )
            );
        text.AppendLine($"{"Step", 6}{"MAE", 12}{"RMSE", 12}{"MAPE %", 9}{(hasBounds ? $"{"Coverage", 10}{"Width", 12}" : "")}");
        foreach (ForecastStepMetrics step in Shown(Steps))
            text.AppendLine(
                Invariant($"{step.Step, 6}{Number(step.MeanAbsoluteError), 12}{Number(step.RootMeanSquaredError), 12}")
                    + Invariant($"{step.MeanAbsolutePercentageError, 9:0.0}")
                    + (hasBounds ? Invariant($"{step.Coverage, 10:0.0%}{Number(step.MeanIntervalWidth), 12}") : "")
            );
        return text.ToString().TrimEnd();
    }

    /// <summary>The errors in the columns of a backtest.</summary>
    internal string Errors() =>
        Invariant($"{Number(MeanAbsoluteError), 12}{Number(RootMeanSquaredError), 12}{MeanAbsolutePercentageError, 9:0.0}");

    // At most this many steps, evenly spaced, the first and the last included.
    private static IEnumerable<ForecastStepMetrics> Shown(IReadOnlyList<ForecastStepMetrics> steps) =>
        steps.Count <= MostSteps
            ? steps
            : Enumerable.Range(0, MostSteps).Select(i => steps[(int)Math.Round(i * (steps.Count - 1) / (MostSteps - 1.0))]);

    internal static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    internal static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}

/// <summary>Metrics of the forecasts of one step ahead: those of <see cref="ForecastMetrics"/>, over the pairs of this step.</summary>
public sealed class ForecastStepMetrics
{
    internal ForecastStepMetrics(int step, PairSums sums)
    {
        Step = step;
        MeanAbsoluteError = sums.MeanAbsoluteError;
        MeanSquaredError = sums.MeanSquaredError;
        RootMeanSquaredError = sums.RootMeanSquaredError;
        MeanAbsolutePercentageError = sums.MeanAbsolutePercentageError;
        SymmetricMeanAbsolutePercentageError = sums.SymmetricMeanAbsolutePercentageError;
        PinballLoss = sums.PinballLoss;
        Coverage = sums.Coverage;
        MeanIntervalWidth = sums.MeanIntervalWidth;
        Count = sums.Count;
    }

    /// <summary>Rows ahead: 1 for the next row.</summary>
    public int Step { get; }

    /// <summary>Mean of |forecast - target|; NaN, like all that follow, if there is no pair.</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>Mean of (forecast - target)².</summary>
    public double MeanSquaredError { get; }

    /// <summary>Root of <see cref="MeanSquaredError"/>.</summary>
    public double RootMeanSquaredError { get; }

    /// <summary>MAPE, in percent.</summary>
    public double MeanAbsolutePercentageError { get; }

    /// <summary>sMAPE, in percent.</summary>
    public double SymmetricMeanAbsolutePercentageError { get; }

    /// <summary>Mean quantile loss of the two bounds; NaN without bounds.</summary>
    public double PinballLoss { get; }

    /// <summary>Share of the targets between their bounds; NaN without bounds.</summary>
    public double Coverage { get; }

    /// <summary>Mean distance of the bounds; NaN without bounds.</summary>
    public double MeanIntervalWidth { get; }

    /// <summary>Number of pairs over which the errors are averaged.</summary>
    public long Count { get; }
}
