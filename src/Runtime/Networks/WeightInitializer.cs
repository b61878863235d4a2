namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The weights training starts from, the same for the same seed: Keras' defaults for recurrent layers. Each module says which its own are
/// (<see cref="NetworkModule.Initialize"/>).
/// </summary>
internal static class WeightInitializer
{
    /// <param name="shape">The network. Of a cell of the user's own, the recurrent weights are left to the cell.</param>
    /// <param name="forgetBias">What the LSTM's forget gate's bias_ih starts at (bias_hh stays 0, so the sum is this).</param>
    /// <param name="seed">Chooses the weights.</param>
    /// <param name="threads">Threads to compute with; null for all processors. The weights are the same with any number.</param>
    /// <param name="check">Is called again and again, by several threads, and ends it by what it throws: a recurrent map of many units
    /// takes its time.</param>
    public static NetworkWeights Create(NetworkShape shape, float forgetBias, int seed, int? threads = null, Action? check = null)
    {
        var random = new InitialValues(new Random(seed), shape.HiddenSize, forgetBias, threads ?? Environment.ProcessorCount, check);
        return new NetworkWeights(
            NetworkDefinition.Of(shape).Modules.SelectMany(module => module.Tensors.Select(spec => Initial(module, spec, random)))
        );
    }

    private static NamedTensor Initial(NetworkModule module, TensorSpec spec, InitialValues random)
    {
        var values = new float[spec.Size];
        module.Initialize(spec, values, random);
        return new NamedTensor(spec.Name, spec.Shape, values);
    }
}
