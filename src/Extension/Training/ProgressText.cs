using RnnMlNet.Text;

namespace RnnMlNet.Training;

/// <summary>The lines of <see cref="ConsoleProgress"/>.</summary>
internal static class ProgressText
{
    private const string Gap = "  ";

    /// <summary>A complete epoch, in a number of terminal columns.</summary>
    public static string Fitting(EpochReport report, EpochReport? best, double? left, int columns) =>
        FirstThatFit(
            columns,
            (0, Epoch(report.Epoch, report.MaxEpochs)),
            (1, $"loss {EpochReport.Number(report.TrainingLoss)}"),
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
            (1, $"loss {EpochReport.Number(step.Loss)}"),
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
        report?.ValidationLoss is double loss ? $"validation loss {EpochReport.Number(loss)}" : "";

    private static string Metric(EpochReport? report) =>
        report?.ValidationMetric is double metric ? $"{report.MetricName} {EpochReport.Number(metric)}" : "";

    private static string Best(EpochReport? best) => best is null ? "" : FormattableString.Invariant($"best epoch {best.Epoch}");

    public static string Left(double? left) => left is double seconds ? $"at most {Durations.Clock(seconds)} left" : "";
}
