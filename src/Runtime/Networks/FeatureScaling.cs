namespace RnnMlNet.Runtime.Networks;

/// <summary>Per-column standardisation, <c>x' = (x - Mean) / Deviation</c>; a constant column has Deviation 1.</summary>
internal sealed record FeatureScaling(float[] Mean, float[] Deviation)
{
    public int Width => Mean.Length;
}
