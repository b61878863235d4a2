using System.Globalization;
using System.Text;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Metrics of forecasts as a table to read.</summary>
internal static class ForecastText
{
    private const int MostSteps = 24;

    public static string Table(ForecastMetrics metrics)
    {
        bool hasBounds = metrics.IntervalCount > 0;
        var text = new StringBuilder();
        text.AppendLine(Invariant($"{metrics.Count} forecast values: MAE {Number(metrics.MeanAbsoluteError)}, RMSE {Number(metrics.RootMeanSquaredError)}, MAPE {metrics.MeanAbsolutePercentageError:0.0} %, sMAPE {metrics.SymmetricMeanAbsolutePercentageError:0.0} %, MASE {Number(metrics.MeanAbsoluteScaledError)}, RSE {Number(metrics.RelativeSquaredError)}"));
        if (hasBounds)
            text.AppendLine(Invariant($"{metrics.IntervalCount} intervals: coverage {metrics.Coverage:0.0%}, mean width {Number(metrics.MeanIntervalWidth)}, pinball loss {Number(metrics.PinballLoss)}"));
        text.AppendLine($"{"Step",6}{"MAE",12}{"RMSE",12}{"MAPE %",9}{(hasBounds ? $"{"Coverage",10}{"Width",12}" : "")}");
        foreach (ForecastStepMetrics step in Shown(metrics.Steps))
            text.AppendLine(Invariant($"{step.Step,6}{Number(step.MeanAbsoluteError),12}{Number(step.RootMeanSquaredError),12}{step.MeanAbsolutePercentageError,9:0.0}")
                + (hasBounds ? Invariant($"{step.Coverage,10:0.0%}{Number(step.MeanIntervalWidth),12}") : ""));
        return text.ToString().TrimEnd();
    }

    /// <summary>A backtest: its origins, then all of them together beside the seasonal naive method.</summary>
    public static string Table(BacktestResult result)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"Fold",6}{"Rows",9}{"MAE",12}{"RMSE",12}{"MAPE %",9}");
        foreach (BacktestFold fold in result.Folds)
            text.AppendLine(fold.Metrics.Count == 0 ? Invariant($"{fold.Fold,6}{fold.TrainingRows,9}  no forecast") : Invariant($"{fold.Fold,6}{fold.TrainingRows,9}{Number(fold.Metrics.MeanAbsoluteError),12}{Number(fold.Metrics.RootMeanSquaredError),12}{fold.Metrics.MeanAbsolutePercentageError,9:0.0}"));
        text.AppendLine(Invariant($"{"naive",6}{"",9}{Number(result.SeasonalNaive.MeanAbsoluteError),12}{Number(result.SeasonalNaive.RootMeanSquaredError),12}{result.SeasonalNaive.MeanAbsolutePercentageError,9:0.0}"));
        if (result.Folds.Any(fold => fold.SeriesLeftOut > 0))
            text.AppendLine(Invariant($"Without a forecast from an origin: {string.Join(", ", result.Folds.Where(fold => fold.SeriesLeftOut > 0).Select(fold => $"{fold.SeriesLeftOut} series of fold {fold.Fold}"))}"));
        text.Append(Table(result.Metrics));
        return text.ToString();
    }

    // Of many steps so many, evenly, the first and the last among them.
    private static IEnumerable<ForecastStepMetrics> Shown(IReadOnlyList<ForecastStepMetrics> steps) => steps.Count <= MostSteps
        ? steps
        : Enumerable.Range(0, MostSteps).Select(i => steps[(int)Math.Round(i * (steps.Count - 1) / (MostSteps - 1.0))]);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
