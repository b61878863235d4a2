namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The initial weights of training, equal for equal seeds: Keras' defaults for recurrent layers. Each module initialises its own
/// (<see cref="NetworkModule.Initialize"/>).
/// </summary>
internal static class WeightInitializer
{
    /// <param name="shape">The network. A custom cell initialises its own recurrent weights.</param>
    /// <param name="forgetBias">Initial bias_ih of the LSTM's forget gate (bias_hh is 0, so the sum is this).</param>
    /// <param name="seed">Determines the weights.</param>
    /// <param name="threads">Threads to compute with; null for all processors. The weights are equal for any number.</param>
    /// <param name="check">Called repeatedly, by several threads; an exception cancels the computation, which takes long for many
    /// units.</param>
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
