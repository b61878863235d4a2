using RnnMlNet.Text;

namespace RnnMlNet;

/// <summary>Metrics of a multi-label classifier, row by row, or of a multi-label tagger, step by step: each time step with labels then
/// counts as a row. Created by <c>mlContext.MulticlassClassification.EvaluateMultiLabel</c> and <c>EvaluateMultiLabelTagging</c>.</summary>
/// <param name="Labels">Counts, precision, recall and F1 of each label, in the order of the labels.</param>
/// <param name="SubsetAccuracy">Share of the rows whose predicted labels are exactly those of the label column.</param>
/// <param name="Rows">Rows evaluated; of a tagger, time steps with labels.</param>
/// <param name="UnscoredRows">Rows without a finite score, which are ignored, as in ML.NET's own evaluators.</param>
public sealed record MultiLabelMetrics(IReadOnlyList<LabelMetrics> Labels, double SubsetAccuracy, long Rows, long UnscoredRows)
{
    private const int ShownLabels = 100;

    /// <summary>All labels together: the sums of the labels' counts.</summary>
    public LabelMetrics All =>
        new("all labels", Labels.Sum(label => label.Correct), Labels.Sum(label => label.Predicted), Labels.Sum(label => label.Support));

    /// <summary>F1 of all labels' decisions together, so that each decision weighs the same: frequent labels dominate.</summary>
    public double MicroF1 => All.F1;

    /// <summary>Mean of the labels' F1, so that each label weighs the same; a label that is neither predicted nor present counts
    /// 0.</summary>
    public double MacroF1 => Labels.Average(label => label.F1);

    /// <summary>Precision of all labels' decisions together.</summary>
    public double MicroPrecision => All.Precision;

    /// <summary>Recall of all labels' decisions together.</summary>
    public double MicroRecall => All.Recall;

    /// <summary>Mean of the labels' precision.</summary>
    public double MacroPrecision => Labels.Average(label => label.Precision);

    /// <summary>Mean of the labels' recall.</summary>
    public double MacroRecall => Labels.Average(label => label.Recall);

    /// <summary>Share of wrong decisions among all, one for each label of each row.</summary>
    public double HammingLoss
    {
        get
        {
            LabelMetrics all = All;
            return (double)(all.Predicted + all.Support - 2 * all.Correct) / (Rows * Labels.Count);
        }
    }

    /// <summary>
    /// Mean over rows and labels of the negative natural logarithm of the probability of the right decision, which is at least 1e-15. NaN
    /// if the data has no probabilities.
    /// </summary>
    public double LogLoss { get; init; } = double.NaN;

    /// <summary>For a multi-label tagger: time steps without labels, which are ignored. Else 0.</summary>
    public long SkippedSteps { get; init; }

    /// <summary>Whether rows are time steps.</summary>
    internal bool IsOfSteps { get; init; }

    /// <summary>Returns the metrics of all labels in one line, and a table of the labels below.</summary>
    public override string ToString()
    {
        string left =
            (SkippedSteps == 0 ? "" : $", {SkippedSteps} without labels") + (UnscoredRows == 0 ? "" : $", {UnscoredRows} without a score");
        string first =
            $"{Words.Plural(Rows, IsOfSteps ? "step" : "row")}{left}: micro F1 {Words.Number(MicroF1, 4)}, macro F1 "
            + $"{Words.Number(MacroF1, 4)}, all labels right {Words.Number(SubsetAccuracy, 4)}, Hamming loss {Words.Number(HammingLoss, 4)}"
            + (double.IsNaN(LogLoss) ? "" : $", log-loss {Words.Number(LogLoss, 4)}");
        LabelMetrics[] shown = [All, .. Labels.Take(ShownLabels)];
        int width = shown.Max(label => label.Name.Length);
        string heads = $"{"".PadRight(width)} {"precision", 10} {"recall", 8} {"F1", 8} {"labelled", 9} {"predicted", 10}";
        return string.Join(
            Environment.NewLine,
            [
                first,
                heads,
                .. shown.Select(label =>
                    FormattableString.Invariant($"{label.Name.PadRight(width)} {label.Precision, 10:0.0000} {label.Recall, 8:0.0000} ")
                    + FormattableString.Invariant($"{label.F1, 8:0.0000} {label.Support, 9} {label.Predicted, 10}")
                ),
                .. Labels.Count > ShownLabels ? [$"and {Labels.Count - ShownLabels} more"] : Array.Empty<string>(),
            ]
        );
    }
}

/// <summary>Metrics of one of several labels.</summary>
/// <param name="Name">The label's name; 1, 2, ... where labels have none.</param>
/// <param name="Correct">Rows with the label for which it was predicted.</param>
/// <param name="Predicted">Rows for which it was predicted.</param>
/// <param name="Support">Rows with the label.</param>
public sealed record LabelMetrics(string Name, long Correct, long Predicted, long Support)
{
    /// <summary>Correct / Predicted; 0 if it was never predicted.</summary>
    public double Precision => Shares.Of(Correct, Predicted);

    /// <summary>Correct / Support; 0 if no row has it.</summary>
    public double Recall => Shares.Of(Correct, Support);

    /// <summary>The harmonic mean of precision and recall, 2 Correct / (Predicted + Support); 0 if it is neither predicted nor
    /// present.</summary>
    public double F1 => Shares.Of(2 * Correct, Predicted + Support);

    /// <summary>Returns the name, precision, recall and F1, with their counts.</summary>
    public override string ToString() =>
        $"{Name}: precision {Words.Number(Precision, 4)}, recall {Words.Number(Recall, 4)}, F1 {Words.Number(F1, 4)} ({Correct} right of "
        + $"{Predicted} predicted and {Support} labelled)";
}

/// <summary>Shares of counts.</summary>
internal static class Shares
{
    /// <summary>part / whole; 0 where the whole is 0.</summary>
    public static double Of(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
