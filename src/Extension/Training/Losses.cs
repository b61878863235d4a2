using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Training;

/// <summary>
/// The losses in managed code: what validation is measured by. Engines compute the same losses where they need gradients.
/// </summary>
internal static class Losses
{
    /// <summary>One row's loss, unweighted.</summary>
    /// <param name="loss">Which loss.</param>
    /// <param name="outputs">[Outputs] raw outputs.</param>
    /// <param name="label">[LabelWidth] class index, 0 or 1, or targets.</param>
    /// <param name="smoothing">Share of the cross-entropy's label that is spread evenly over all classes.</param>
    /// <param name="quantiles">Of the quantile loss.</param>
    public static double Of(
        LossKind loss,
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    ) =>
        loss switch
        {
            LossKind.CrossEntropy => LogSumExp(outputs) - SmoothedOutput(outputs, (int)label[0], smoothing),
            LossKind.Logistic => Softplus(outputs[0]) - (double)label[0] * outputs[0],
            LossKind.Squared => MeanOverTargets(outputs, label, static error => error * error),
            LossKind.Absolute => MeanOverTargets(outputs, label, Math.Abs),
            LossKind.Huber => MeanOverTargets(
                outputs,
                label,
                static error => Math.Abs(error) <= 1 ? 0.5 * error * error : Math.Abs(error) - 0.5
            ),
            LossKind.Quantile => MeanOverQuantiles(outputs, label, quantiles),
            _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
        };

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

    // log(1 + exp(x)) without overflow.
    private static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    private static double MeanOverTargets(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, Func<double, double> loss)
    {
        double sum = 0;
        for (int i = 0; i < targets.Length; i++)
            if (!float.IsNaN(targets[i]))
                sum += loss((double)outputs[i] - targets[i]);
        return sum / targets.Length;
    }

    private static double MeanOverQuantiles(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<float> quantiles)
    {
        double sum = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double error = (double)targets[i / quantiles.Length] - outputs[i],
                quantile = quantiles[i % quantiles.Length];
            if (!float.IsNaN(targets[i / quantiles.Length]))
                sum += Math.Max(quantile * error, (quantile - 1) * error);
        }
        return sum / outputs.Length;
    }
}
