using RnnMlNet.Text;

namespace RnnMlNet.Training;

/// <summary>The lines of <see cref="ConsoleProgress"/>.</summary>
internal static class ProgressText
{
    private const string Gap = "  ";

    /// <summary>An epoch, for a log.</summary>
    public static string Line(EpochReport report, double? left)
    {
        string validation = report.ValidationLoss is double loss
            ? $", validation loss {Number(loss)}, {report.MetricName} {Number(report.ValidationMetric)}"
            : "";
        string ahead = report.Epoch < report.MaxEpochs && left is not null ? $", {Left(left)}" : "";
        string best = report.IsBest && !report.LastIsKept ? " (best so far)" : "";
        return FormattableString.Invariant($"Epoch {report.Epoch}/{report.MaxEpochs}: loss {Number(report.TrainingLoss)}{validation}, ")
            + $"{Durations.Text(report.Seconds)}{ahead}{best}";
    }

    /// <summary>A complete epoch, in a number of terminal columns.</summary>
    public static string Fitting(EpochReport report, EpochReport? best, double? left, int columns) =>
        FirstThatFit(
            columns,
            (0, Epoch(report.Epoch, report.MaxEpochs)),
            (1, $"loss {Number(report.TrainingLoss)}"),
            (4, ValidationLoss(report)),
            (2, Metric(report)),
            (5, Best(best)),
            (3, report.Epoch < report.MaxEpochs ? Left(left) : "")
        );

    /// <summary>A running epoch, with the validation of the one before it.</summary>
    public static string Fitting(StepReport step, EpochReport? last, EpochReport? best, double? left, int columns) =>
        FirstThatFit(
            columns,
            (0, $"{Epoch(step.Epoch, step.MaxEpochs)} {FormattableString.Invariant($"{100 * step.Share, 3:0} %")}"),
            (1, $"loss {Number(step.Loss)}"),
            (4, ValidationLoss(last)),
            (2, Metric(last)),
            (5, Best(best)),
            (3, Left(left))
        );

    // Drops the least important parts first where the line is too long.
    private static string FirstThatFit(int columns, params (int Rank, string Text)[] parts)
    {
        for (int ranks = parts.Length; ranks > 1; ranks--)
        {
            string line = Join(parts, ranks);
            if (line.Length <= columns)
                return line;
        }
        string shortest = Join(parts, 1);
        return shortest[..Math.Min(columns, shortest.Length)];
    }

    private static string Join((int Rank, string Text)[] parts, int ranks) =>
        string.Join(Gap, parts.Where(part => part.Rank < ranks && part.Text.Length > 0).Select(part => part.Text));

    // As wide in the first epoch as in the last, so that the columns stay aligned.
    private static string Epoch(int epoch, int maxEpochs)
    {
        string last = FormattableString.Invariant($"{maxEpochs}");
        return $"Epoch {FormattableString.Invariant($"{epoch}").PadLeft(last.Length)}/{last}";
    }

    private static string ValidationLoss(EpochReport? report) =>
        report?.ValidationLoss is double loss ? $"validation loss {Number(loss)}" : "";

    private static string Metric(EpochReport? report) =>
        report?.ValidationMetric is double metric ? $"{report.MetricName} {Number(metric)}" : "";

    private static string Best(EpochReport? best) => best is null ? "" : FormattableString.Invariant($"best epoch {best.Epoch}");

    private static string Left(double? left) => left is double seconds ? $"at most {Durations.Clock(seconds)} left" : "";

    // Four decimals; for large and small numbers four digits, so that a loss of 12345.6 or 0.00001 is readable too.
    private static string Number(double? value) =>
        value switch
        {
            null => "",
            0 => "0.0000",
            double number when Math.Abs(number) is >= 1e-3 and < 1e5 => FormattableString.Invariant($"{number:0.0000}"),
            double number when double.IsFinite(number) => FormattableString.Invariant($"{number:0.000e+00}"),
            double number => FormattableString.Invariant($"{number}"),
        };
}
