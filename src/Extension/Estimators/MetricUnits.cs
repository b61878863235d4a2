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
        return task.Label switch
        {
            LabelKind.KeyPerStep => "share of the labelled validation steps" + weighted,
            LabelKind.Key or LabelKind.Boolean => "share of the validation rows" + weighted,
            LabelKind.Numbers when label.Width > 1 => "over all targets, each in its own unit" + weighted,
            LabelKind.Numbers => "in the label's unit" + weighted,
            _ => throw new ArgumentOutOfRangeException(nameof(task), task.Label, null),
        };
    }
}
