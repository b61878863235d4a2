using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>The unit of a validation metric, or what it is a share of, as text to follow its value.</summary>
internal static class MetricUnits
{
    /// <param name="task">The task.</param>
    /// <param name="label">Its label column.</param>
    /// <param name="hasWeights">Whether rows have example weights.</param>
    public static string Of(TaskSpec task, LabelBinding label, bool hasWeights)
    {
        string weighted = hasWeights ? ", by weight" : "";
        string unit =
            task.IsMultiLabel
                ? $"share of the {(task.IsPerStep ? "labelled validation steps" : "validation rows")} whose labels are all right at a "
                    + "threshold of 0.5"
            : task.IsPerStep ? "share of the labelled validation steps"
            : task.IsClassification ? "share of the validation rows"
            : label.Width > 1 ? "over all targets, each in its own unit"
            : "in the label's unit";
        return unit + weighted;
    }
}
