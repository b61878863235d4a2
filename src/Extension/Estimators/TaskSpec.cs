using RnnMlNet.Data;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>What sets one task apart from another when a network is fitted.</summary>
/// <param name="Label">The label column's kind.</param>
/// <param name="Loss">The loss made small.</param>
/// <param name="IsClassification">Whether labels are classes: validation rows are then stratified.</param>
/// <param name="NormalizeLabel">Whether labels are standardised for training.</param>
internal sealed record TaskSpec(LabelKind Label, LossKind Loss, bool IsClassification, bool NormalizeLabel)
{
    /// <summary>Share of a class label that is spread evenly over all classes, in training.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>What examples of a class count for.</summary>
    public ClassWeighting ClassWeighting { get; init; } = ClassWeighting.Equal;

    /// <summary>The same with other weights of classes and labels.</summary>
    public TaskSpec Weighted(ClassWeighting classes, float labelSmoothing) =>
        this with
        {
            ClassWeighting = classes,
            LabelSmoothing = labelSmoothing,
        };

    /// <summary>Whether each step has a label, and so a prediction.</summary>
    public bool IsPerStep => Label == LabelKind.KeyPerStep;
}
