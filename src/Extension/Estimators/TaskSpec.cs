using Microsoft.ML;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>The properties of a task in training.</summary>
/// <param name="Label">The label column's kind.</param>
/// <param name="Loss">The training loss.</param>
/// <param name="IsClassification">Whether labels are classes: validation rows are then stratified.</param>
/// <param name="NormalizeLabel">Whether labels are standardised for training.</param>
internal sealed record TaskSpec(LabelKind Label, LossKind Loss, bool IsClassification, bool NormalizeLabel)
{
    /// <summary>Share of a class label that is spread evenly over all classes, in training.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Weights of the classes' examples.</summary>
    public ClassWeighting ClassWeighting { get; init; } = ClassWeighting.Equal;

    /// <summary>The task with other class weights and label smoothing.</summary>
    public TaskSpec Weighted(ClassWeighting classes, float labelSmoothing) =>
        this with
        {
            ClassWeighting = classes,
            LabelSmoothing = labelSmoothing,
        };

    /// <summary>Whether a row, or a step, has any number of labels.</summary>
    public bool IsMultiLabel => Label is LabelKind.LabelSet or LabelKind.LabelSetPerStep;

    /// <summary>For several labels at every step: what the options state of them.</summary>
    public StepLabels? StepLabels { get; init; }

    /// <summary>For several labels: the probability above which each is predicted; null to choose one for each on held-out
    /// rows.</summary>
    public float? Threshold { get; init; }

    /// <summary>Whether the tags of a row's steps are scored together, as a conditional random field.</summary>
    public bool IsChained { get; init; }

    /// <summary>Whether each step has one class, its tag.</summary>
    public bool HasTags => Label == LabelKind.KeyPerStep;

    /// <summary>Whether each step has a label, or labels, and a prediction.</summary>
    public bool IsPerStep => Label is LabelKind.KeyPerStep or LabelKind.LabelSetPerStep;

    /// <summary>Binds the label column.</summary>
    public LabelBinding Bind(IExceptionContext ectx, DataViewSchema schema, string name) =>
        LabelBinding.Bind(ectx, schema, name, Label, StepLabels);
}
