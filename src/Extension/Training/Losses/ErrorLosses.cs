namespace RnnMlNet.Training.Losses;

/// <summary>A loss of one target's error, output - label.</summary>
internal interface IErrorLoss
{
    /// <summary>Whether it grows with the square of the error's unit.</summary>
    static virtual bool IsSquared => false;

    /// <summary>The loss.</summary>
    static abstract double Of(double error);

    /// <summary>Its derivative.</summary>
    static abstract float Derivative(float error);
}

/// <summary>e², whose mean estimates the mean.</summary>
internal readonly struct SquaredError : IErrorLoss
{
    public static bool IsSquared => true;

    public static double Of(double error) => error * error;

    public static float Derivative(float error) => 2 * error;
}

/// <summary>|e|, whose mean estimates the median.</summary>
internal readonly struct AbsoluteError : IErrorLoss
{
    public static double Of(double error) => Math.Abs(error);

    public static float Derivative(float error) => Math.Sign(error);
}

/// <summary>e² / 2 up to an error of 1, |e| - 1/2 beyond (Huber, 1964).</summary>
internal readonly struct HuberError : IErrorLoss
{
    public static double Of(double error) => Math.Abs(error) <= 1 ? 0.5 * error * error : Math.Abs(error) - 0.5;

    public static float Derivative(float error) => Math.Clamp(error, -1, 1);
}

/// <summary>A loss of errors, meaned over the targets: an output for each.</summary>
/// <typeparam name="TError">The loss of one error, as a type, so that the compiler makes a loop of its own for each.</typeparam>
internal sealed class TargetLoss<TError> : Loss
    where TError : struct, IErrorLoss
{
    public override bool IsSquared => TError.IsSquared;

    public override double Of(
        ReadOnlySpan<float> outputs,
        ReadOnlySpan<float> label,
        float smoothing = 0,
        ReadOnlySpan<float> quantiles = default
    )
    {
        double sum = 0;
        for (int i = 0; i < label.Length; i++)
            if (!float.IsNaN(label[i]))
                sum += TError.Of((double)outputs[i] - label[i]);
        return sum / label.Length;
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
        {
            float error = outputs[i] - label[i];
            gradient[i] = float.IsNaN(error) ? 0 : TError.Derivative(error) / outputs.Length;
        }
    }
}
