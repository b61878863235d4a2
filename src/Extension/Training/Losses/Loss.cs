using System.Numerics.Tensors;

namespace RnnMlNet.Training.Losses;

/// <summary>
/// A training loss of the raw outputs and the label of a row, or of one of its steps: its complete description, except for torch. A target
/// that is NaN is unknown and counts as no error.
/// </summary>
internal abstract class Loss
{
    /// <summary>Whether the label is one of several classes; else it is numbers.</summary>
    public virtual bool IsClassification => false;

    /// <summary>The name of the validation metric.</summary>
    public virtual string MetricName => IsClassification ? "Accuracy" : "RMSE";

    /// <summary>Whether it grows with the square of the label's unit.</summary>
    public virtual bool IsSquared => false;

    /// <summary>Raw outputs of the network.</summary>
    /// <param name="classes">Classes of a label that is a class.</param>
    /// <param name="width">Values of the label.</param>
    public virtual int Outputs(int classes, int width) => width;

    /// <summary>The loss, unweighted.</summary>
    /// <param name="outputs">[Outputs] raw outputs.</param>
    /// <param name="label">[LabelWidth] class index, 0 or 1, or targets; for several labels 0, or the weight of one that the row
    /// has.</param>
    /// <param name="smoothing">Share of the cross-entropy's label that is spread evenly over all classes.</param>
    /// <param name="quantiles">Of the quantile loss.</param>
    public abstract double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    );

    /// <summary>The derivative of the loss by the outputs, times a weight.</summary>
    /// <param name="outputs">As in <see cref="Of"/>.</param>
    /// <param name="label">As in <see cref="Of"/>.</param>
    /// <param name="smoothing">As in <see cref="Of"/>.</param>
    /// <param name="quantiles">As in <see cref="Of"/>.</param>
    /// <param name="weight">The row's share of the batch's weights.</param>
    /// <param name="gradient">[Outputs], overwritten.</param>
    public void Gradient(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        float weight,
        Span<float> gradient
    )
    {
        Differentiate(outputs, label, smoothing, quantiles, gradient);
        TensorPrimitives.Multiply(gradient, weight, gradient);
    }

    /// <summary>Whether the predicted class equals the label.</summary>
    /// <exception cref="NotSupportedException">The label is no class.</exception>
    public virtual bool IsRight(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label) =>
        throw new NotSupportedException("The loss is of numeric targets, which are not right or wrong.");

    /// <summary>The derivative of <see cref="Of"/> by the outputs.</summary>
    protected abstract void Differentiate(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        Span<float> gradient
    );
}
