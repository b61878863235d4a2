namespace RnnMlNet.Training.Losses;

/// <summary>
/// Quantile (pinball) loss (Koenker and Bassett, 1978), max(q e, (q - 1) e) of the error e = label - output, meaned over targets and
/// quantiles: target after target, an output for each quantile.
/// </summary>
internal sealed class QuantileLoss : Loss
{
    public override double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    )
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double error = (double)label[i / quantiles.Length] - outputs[i],
                quantile = quantiles[i % quantiles.Length];
            if (!float.IsNaN(label[i / quantiles.Length]))
                sum += Math.Max(quantile * error, (quantile - 1) * error);
        }
        return sum / outputs.Length;
    }

    protected override void Differentiate(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        Span<float> gradient
    )
    {
        for (int i = 0; i < outputs.Length; i++)
            gradient[i] = Derivative(label[i / quantiles.Length] - outputs[i], quantiles[i % quantiles.Length]) / outputs.Length;
    }

    // Of a target that is not known, nothing.
    private static float Derivative(float error, float quantile) =>
        float.IsNaN(error) ? 0
        : error >= 0 ? -quantile
        : 1 - quantile;
}
