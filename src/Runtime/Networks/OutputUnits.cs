namespace RnnMlNet.Runtime.Networks;

/// <summary>The output units: from a network's raw outputs to scores.</summary>
internal static class OutputUnits
{
    /// <summary>exp(x_i) / Σ exp(x_j), stable for large x.</summary>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        float max = logits[ArgMax(logits)],
            sum = 0;
        for (int i = 0; i < logits.Length; i++)
            sum += probabilities[i] = MathF.Exp(logits[i] - max);
        for (int i = 0; i < logits.Length; i++)
            probabilities[i] /= sum;
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static float Sigmoid(float logit) => (float)(1 / (1 + Math.Exp(-(double)logit)));

    /// <summary>log(p / (1 - p)), the logit of a probability.</summary>
    public static float Logit(double probability) => (float)Math.Log(probability / (1 - probability));

    /// <summary>log(1 + exp(x)), without overflow: the logistic loss of a logit x against 0.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));

    /// <summary>Index of the largest value, the first of equals.</summary>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            if (values[i] > values[best])
                best = i;
        return best;
    }

    /// <summary>
    /// Index of the most probable class; null where <see cref="Softmax"/> is NaN: an output is NaN, or the largest is infinite.
    /// </summary>
    public static int? PredictedClass(ReadOnlySpan<float> logits)
    {
        foreach (float logit in logits)
            if (float.IsNaN(logit))
                return null;
        int best = ArgMax(logits);
        return float.IsFinite(logits[best]) ? best : null;
    }
}
