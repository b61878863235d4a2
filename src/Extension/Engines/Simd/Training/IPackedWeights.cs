namespace RnnMlNet.Engines.Simd.Training;

/// <summary>Weights that a kernel reads in a layout of its own, packed after each update.</summary>
internal unsafe interface IPackedWeights
{
    /// <summary>Number of parts of <see cref="Pack"/>.</summary>
    int PackParts { get; }

    /// <summary>Packs the weights from their layout in <see cref="ParameterMap"/>, part by part, in any order, on any thread.</summary>
    void Pack(float* weights, int part);
}
