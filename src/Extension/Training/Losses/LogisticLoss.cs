using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training.Losses;

/// <summary>Logistic loss of one logit, log(1 + e^y) - label y, whose derivative is σ(y) - label; the label is 0 or 1.</summary>
internal sealed class LogisticLoss : Loss
{
    public override bool IsClassification => true;

    public override double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    ) => OutputUnits.Softplus(outputs[0]) - (double)label[0] * outputs[0];

    public override bool IsRight(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label) => outputs[0] > 0 == label[0] > 0;

    protected override void Differentiate(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        Span<float> gradient
    ) => gradient[0] = OutputUnits.Sigmoid(outputs[0]) - label[0];
}
