using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The derivatives of <see cref="Losses"/> by a row's outputs.</summary>
internal static class LossGradient
{
    /// <param name="loss">Which loss.</param>
    /// <param name="outputs">[Outputs] raw outputs.</param>
    /// <param name="label">[LabelWidth].</param>
    /// <param name="smoothing">As in <see cref="Losses.Of"/>.</param>
    /// <param name="quantiles">As in <see cref="Losses.Of"/>.</param>
    /// <param name="weight">The row's share of the batch's weights.</param>
    /// <param name="gradient">[Outputs], overwritten.</param>
    public static void Of(
        LossKind loss,
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing,
        ReadOnlySpan<float> quantiles,
        float weight,
        Span<float> gradient
    )
    {
        switch (loss)
        {
            case LossKind.CrossEntropy:
                OutputUnits.Softmax(outputs, gradient);
                gradient[(int)label[0]] -= 1 - smoothing;
                if (smoothing > 0)
                    System.Numerics.Tensors.TensorPrimitives.Subtract(gradient, smoothing / gradient.Length, gradient);
                break;
            case LossKind.Logistic:
                gradient[0] = OutputUnits.Sigmoid(outputs[0]) - label[0];
                break;
            case LossKind.Quantile:
                for (int i = 0; i < outputs.Length; i++)
                    gradient[i] = OfQuantile(label[i / quantiles.Length] - outputs[i], quantiles[i % quantiles.Length]) / outputs.Length;
                break;
            default:
                for (int i = 0; i < outputs.Length; i++)
                    gradient[i] = OfError(loss, outputs[i] - label[i]) / outputs.Length;
                break;
        }
        System.Numerics.Tensors.TensorPrimitives.Multiply(gradient, weight, gradient);
    }

    // Of a target that is not known, nothing.
    private static float OfQuantile(float error, float quantile) =>
        float.IsNaN(error) ? 0
        : error >= 0 ? -quantile
        : 1 - quantile;

    private static float OfError(LossKind loss, float error) =>
        loss switch
        {
            _ when float.IsNaN(error) => 0,
            LossKind.Squared => 2 * error,
            LossKind.Absolute => Math.Sign(error),
            LossKind.Huber => Math.Clamp(error, -1, 1),
            _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
        };
}
