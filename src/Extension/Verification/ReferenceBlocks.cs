using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Verification;

/// <summary>What is read of a network's recurrent layers by its equations, in scalar double precision.</summary>
/// <param name="shape">The network.</param>
/// <param name="weights">Its weights.</param>
internal sealed class ReferenceBlocks(NetworkShape shape, NetworkWeights weights)
{
    private readonly IReadOnlyList<NormModule> _norms = NetworkDefinition.Of(shape).Norms;

    /// <summary>Whether the layers' states themselves are read.</summary>
    public bool IsEmpty => !shape.HasBlocks;

    /// <summary>[T, D] a layer's states, with residual connections added to those of the layers below.</summary>
    /// <param name="states">[T, D].</param>
    /// <param name="below">[T, D] the sum of those of the layers below; null for the first layer.</param>
    public double[][] Sum(double[][] states, double[][]? below) =>
        shape.ResidualConnections && below is not null
            ? [.. states.Zip(below, (own, other) => own.Zip(other, (a, b) => a + b).ToArray())]
            : states;

    /// <summary>[T, D] what is read of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="sum">[T, D] what <see cref="Sum"/> gave.</param>
    public double[][] Normalized(int layer, double[][] sum) =>
        _norms.Count == 0 ? sum : [.. sum.Select(step => Normalized(_norms[layer], step))];

    /// <summary>[D] each direction's state after its last step; of no steps, zeros.</summary>
    /// <param name="states">[T, D] what is read of the last layer.</param>
    public double[] Final(double[][] states) =>
        states.Length == 0 ? new double[shape.StateWidth] : [.. states[^1].Take(shape.HiddenSize), .. states[0].Skip(shape.HiddenSize)];

    private double[] Normalized(NormModule norm, double[] x)
    {
        float[] gain = weights[norm.Gain.Name];
        float[]? bias = norm.Bias is TensorSpec spec ? weights[spec.Name] : null;
        double mean = norm.IsCentred ? x.Average() : 0,
            deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + norm.Epsilon);
        return [.. x.Select((value, i) => (value - mean) / deviation * gain[i] + (bias?[i] ?? 0))];
    }
}
