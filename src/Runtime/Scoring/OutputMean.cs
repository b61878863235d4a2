using System.Numerics.Tensors;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>The mean of several networks' outputs, one after the other. Scratch memory of one user; not thread-safe.</summary>
/// <param name="networks">Number of networks.</param>
internal sealed class OutputMean(int networks)
{
    private float[] _other = [];

    /// <summary>Destination of a network's outputs, before <see cref="Take"/>.</summary>
    /// <param name="network">0 for the first.</param>
    /// <param name="mean">Destination of the mean.</param>
    public Span<float> Place(int network, Span<float> mean)
    {
        if (network == 0)
            return mean;
        if (_other.Length < mean.Length)
            _other = new float[mean.Length];
        return _other.AsSpan(0, mean.Length);
    }

    /// <summary>Adds a network's outputs; the last one completes the mean.</summary>
    /// <param name="network">0 for the first.</param>
    /// <param name="mean">Destination of the mean.</param>
    public void Take(int network, Span<float> mean)
    {
        if (network > 0)
            TensorPrimitives.Add(mean, Place(network, mean), mean);
        if (network > 0 && network == networks - 1)
            TensorPrimitives.Divide(mean, networks, mean);
    }
}
