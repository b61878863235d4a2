using System.Globalization;
using System.Text;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>Metrics of forecasts as a text table.</summary>
internal static class ForecastText
{
    private const int MostSteps = 24;

    public static string Table(ForecastMetrics metrics)
    {
        bool hasBounds = metrics.IntervalCount > 0;
        var text = new StringBuilder();
        text.AppendLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{metrics.Count} forecast values: MAE {Number(metrics.MeanAbsoluteError)}, RMSE {Number(metrics.RootMeanSquaredError)}, "
                    + $"MAPE {metrics.MeanAbsolutePercentageError:0.0} %, sMAPE {metrics.SymmetricMeanAbsolutePercentageError:0.0} %, MASE "
                    + $"{Number(metrics.MeanAbsoluteScaledError)}, RSE {Number(metrics.RelativeSquaredError)}"
            )
        );
        if (hasBounds)
            text.AppendLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{metrics.IntervalCount} intervals: coverage {metrics.Coverage:0.0%}, mean width "
                        + $"{Number(metrics.MeanIntervalWidth)}, pinball loss {Number(metrics.PinballLoss)}"
                )
            );
        text.AppendLine($"{"Step", 6}{"MAE", 12}{"RMSE", 12}{"MAPE %", 9}{(hasBounds ? $"{"Coverage", 10}{"Width", 12}" : "")}");
        foreach (ForecastStepMetrics step in Shown(metrics.Steps))
            text.AppendLine(
                Invariant($"{step.Step, 6}{Number(step.MeanAbsoluteError), 12}{Number(step.RootMeanSquaredError), 12}")
                    + Invariant($"{step.MeanAbsolutePercentageError, 9:0.0}")
                    + (hasBounds ? Invariant($"{step.Coverage, 10:0.0%}{Number(step.MeanIntervalWidth), 12}") : "")
            );
        return text.ToString().TrimEnd();
    }

    /// <summary>A backtest: its origins, then all of them together, compared with the seasonal naive method.</summary>
    public static string Table(BacktestResult result)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"Fold", 6}{"Rows", 9}{"MAE", 12}{"RMSE", 12}{"MAPE %", 9}");
        foreach (BacktestFold fold in result.Folds)
            text.AppendLine(
                Invariant($"{fold.Fold, 6}{fold.TrainingRows, 9}") + (fold.Metrics.Count == 0 ? "  no forecast" : Errors(fold.Metrics))
            );
        text.AppendLine($"{"naive", 6}{"", 9}" + Errors(result.SeasonalNaive));
        string[] leftOut =
        [
            .. result
                .Folds.Where(fold => fold.SeriesLeftOut > 0)
                .Select(fold => Invariant($"{fold.SeriesLeftOut} series of fold {fold.Fold}")),
        ];
        if (leftOut.Length > 0)
            text.AppendLine($"Without a forecast from an origin: {string.Join(", ", leftOut)}");
        text.Append(Table(result.Metrics));
        return text.ToString();
    }

    /// <summary>One origin of a backtest.</summary>
    public static string Line(BacktestFold fold)
    {
        ForecastMetrics metrics = fold.Metrics;
        string errors =
            metrics.Count == 0
                ? "no forecast"
                : $"{metrics.Count} forecast values: "
                    + $"MAE {Number(metrics.MeanAbsoluteError)}, RMSE {Number(metrics.RootMeanSquaredError)}, "
                    + Invariant($"MAPE {metrics.MeanAbsolutePercentageError:0.0} %");
        string leftOut = fold.SeriesLeftOut > 0 ? Invariant($"; {fold.SeriesLeftOut} series without a forecast") : "";
        return Invariant($"Fold {fold.Fold}, {fold.TrainingRows} rows before it; {errors}{leftOut}");
    }

    private static string Errors(ForecastMetrics metrics) =>
        Invariant(
            $"{Number(metrics.MeanAbsoluteError), 12}{Number(metrics.RootMeanSquaredError), 12}{metrics.MeanAbsolutePercentageError, 9:0.0}"
        );

    // At most this many steps, evenly spaced, the first and the last included.
    private static IEnumerable<ForecastStepMetrics> Shown(IReadOnlyList<ForecastStepMetrics> steps) =>
        steps.Count <= MostSteps
            ? steps
            : Enumerable.Range(0, MostSteps).Select(i => steps[(int)Math.Round(i * (steps.Count - 1) / (MostSteps - 1.0))]);

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
