using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training.Losses;

/// <summary>
/// Logistic loss of each label's logit, meaned over the labels: w log(1 + e^-y) of a label that the row has, log(1 + e^y) of another; the
/// derivatives are w (σ(y) - 1) and σ(y). A label is 0, or the weight w of one that the row has, as PyTorch's <c>pos_weight</c>.
/// </summary>
internal sealed class MultiLabelLoss : Loss
{
    public override bool IsClassification => true;

    public override string MetricName => "Subset accuracy";

    public override double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    )
    {
        double sum = 0;
        for (int i = 0; i < label.Length; i++)
            sum += label[i] > 0 ? label[i] * OutputUnits.Softplus(-outputs[i]) : OutputUnits.Softplus(outputs[i]);
        return sum / label.Length;
    }

    /// <summary>Whether all labels are right, with a threshold of one half.</summary>
    public override bool IsRight(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label)
    {
        for (int i = 0; i < label.Length; i++)
            if (outputs[i] > 0 != label[i] > 0)
                return false;
        return true;
    }

    protected override void Differentiate(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        Span<float> gradient
    )
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            float probability = OutputUnits.Sigmoid(outputs[i]);
            gradient[i] = (label[i] > 0 ? label[i] * (probability - 1) : probability) / gradient.Length;
        }
    }
}
