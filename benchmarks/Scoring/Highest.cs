namespace Scoring;

internal static class Highest
{
    /// <summary>Where the largest number stands.</summary>
    public static int Of(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(values);
}
