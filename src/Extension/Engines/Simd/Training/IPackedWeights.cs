namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Weights that a kernel wants in an order of its own, and so takes over after each update.</summary>
internal unsafe interface IPackedWeights
{
    /// <summary>Parts of <see cref="Pack"/>.</summary>
    int PackParts { get; }

    /// <summary>Takes the weights as they stand in <see cref="ParameterMap"/>, part by part, in any order, by any thread.</summary>
    void Pack(float* weights, int part);
}
