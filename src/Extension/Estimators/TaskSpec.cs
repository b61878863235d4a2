using RnnMlNet.Data;
using RnnMlNet.Networks;

namespace RnnMlNet.Estimators;

/// <summary>What sets one task apart from another when a network is fitted.</summary>
/// <param name="Label">The label column's kind.</param>
/// <param name="Loss">The loss made small.</param>
/// <param name="IsClassification">Whether labels are classes: validation rows are then stratified.</param>
/// <param name="NormalizeLabel">Whether labels are standardised for training.</param>
internal sealed record TaskSpec(LabelKind Label, LossKind Loss, bool IsClassification, bool NormalizeLabel)
{
    /// <summary>Whether each step has a label, and so a prediction.</summary>
    public bool IsPerStep => Label == LabelKind.KeyPerStep;
}
