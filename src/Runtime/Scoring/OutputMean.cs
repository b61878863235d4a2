using System.Numerics.Tensors;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The mean of what several networks put out, one after the other. Scratch memory of one user; not thread-safe.</summary>
/// <param name="networks">How many.</param>
internal sealed class OutputMean(int networks)
{
    private float[] _other = [];

    /// <summary>Where a network is to put its outputs, before <see cref="Take"/>.</summary>
    /// <param name="network">0 for the first.</param>
    /// <param name="mean">Where the mean is to stand.</param>
    public Span<float> Place(int network, Span<float> mean)
    {
        if (network == 0)
            return mean;
        if (_other.Length < mean.Length)
            _other = new float[mean.Length];
        return _other.AsSpan(0, mean.Length);
    }

    /// <summary>Takes a network's outputs; after the last one, the mean stands in its place.</summary>
    /// <param name="network">0 for the first.</param>
    /// <param name="mean">Where the mean is to stand.</param>
    public void Take(int network, Span<float> mean)
    {
        if (network > 0)
            TensorPrimitives.Add(mean, Place(network, mean), mean);
        if (network > 0 && network == networks - 1)
            TensorPrimitives.Divide(mean, networks, mean);
    }
}
