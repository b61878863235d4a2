using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training.Losses;

/// <summary>
/// Softmax cross-entropy, -log softmax(y)_label; with smoothing s the label is 1 - s of its class and s / C of each; the derivative is
/// softmax(y) minus the label. The label is the class index, 0-based.
/// </summary>
internal sealed class CrossEntropyLoss : Loss
{
    public override bool IsClassification => true;

    public override int Outputs(int classes, int width) => classes;

    public override double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    ) => LogSumExp(outputs) - SmoothedOutput(outputs, (int)label[0], smoothing);

    public override bool IsRight(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label) => OutputUnits.ArgMax(outputs) == (int)label[0];

    protected override void Differentiate(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        Span<float> gradient
    )
    {
        OutputUnits.Softmax(outputs, gradient);
        gradient[(int)label[0]] -= 1 - smoothing;
        if (smoothing > 0)
            TensorPrimitives.Subtract(gradient, smoothing / gradient.Length, gradient);
    }

    private static double SmoothedOutput(ReadOnlySpan<float> outputs, int label, float smoothing) =>
        smoothing == 0 ? outputs[label] : (1.0 - smoothing) * outputs[label] + smoothing * Mean(outputs);

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum / values.Length;
    }

    private static double LogSumExp(ReadOnlySpan<float> values)
    {
        double max = values[OutputUnits.ArgMax(values)],
            sum = 0;
        foreach (float value in values)
            sum += Math.Exp(value - max);
        return max + Math.Log(sum);
    }
}
