using System.Numerics.Tensors;

namespace RnnMlNet.Scoring;

/// <summary>A linear layer, y = W x + b, with W [output, input] row-major.</summary>
internal sealed class DenseLayer(float[] weight, float[] bias, int input, int output)
{
    public int Output => output;

    /// <summary>y = W x + b.</summary>
    public void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        for (int i = 0; i < output; i++)
            y[i] = TensorPrimitives.Dot(weight.AsSpan(i * input, input), x) + bias[i];
    }
}
