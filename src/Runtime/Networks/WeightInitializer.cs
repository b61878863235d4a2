namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The weights training starts from, the same for the same seed: Keras' defaults for recurrent layers. Input maps Glorot uniform (Glorot
/// and Bengio, 2010) and recurrent maps orthogonal (Saxe et al., 2014), gate by gate; biases zero, but the LSTM's forget gate; head Glorot
/// uniform; attention uniform in ±1/√D as PyTorch's Linear of D inputs; embeddings normal with variance 1/E, so that an embedded token has
/// about the length 1; a decoder's positions and channels standard normal, as SegRNN's.
/// </summary>
internal static class WeightInitializer
{
    private const int ValuesBetweenChecks = 1 << 20;

    /// <param name="shape">The network. Of a cell of the user's own, the recurrent weights are left to the cell.</param>
    /// <param name="forgetBias">What the LSTM's forget gate's bias_ih starts at (bias_hh stays 0, so the sum is this).</param>
    /// <param name="seed">Chooses the weights.</param>
    /// <param name="threads">Threads to compute with; null for all processors. The weights are the same with any number.</param>
    /// <param name="check">Is called again and again, by several threads, and ends it by what it throws: a recurrent map of many units
    /// takes its time.</param>
    public static NetworkWeights Create(NetworkShape shape, float forgetBias, int seed, int? threads = null, Action? check = null)
    {
        var random = new Normal(new Random(seed), check);
        IEnumerable<TensorSpec> recurrent = shape.CustomCell is null ? WeightLayout.RecurrentTensors(shape) : [];
        TensorSpec[] specs = [.. WeightLayout.InputTensors(shape), .. recurrent, .. WeightLayout.OutputTensors(shape)];
        var orthogonal = new OrthogonalMatrix(shape.HiddenSize, threads ?? Environment.ProcessorCount, check);
        return new NetworkWeights(
            specs.Select(spec => new NamedTensor(spec.Name, spec.Shape, Values(spec, shape, forgetBias, random, orthogonal)))
        );
    }

    private static float[] Values(TensorSpec spec, NetworkShape shape, float forgetBias, Normal random, OrthogonalMatrix orthogonal)
    {
        var values = new float[spec.Size];
        // A cell's tensors, whichever module it is of: rnn or decoder.
        string kind = spec.Name[(spec.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (spec.Name == WeightLayout.Embedding)
            Normals(values, 1 / Math.Sqrt(spec.Shape[1]), random);
        else if (spec.Name == WeightLayout.Attention)
            Uniform(values, 1 / Math.Sqrt(spec.Shape[1]), random);
        else if (spec.Name is WeightLayout.Position or WeightLayout.Channel)
            Normals(values, 1, random);
        else if (kind.StartsWith("weight_ih", StringComparison.Ordinal))
            PerGate(values, shape, (part, _) => GlorotUniform(part.Span, shape.HiddenSize, spec.Shape[1], random));
        else if (kind.StartsWith("weight_hh", StringComparison.Ordinal))
            PerGate(values, shape, (part, _) => orthogonal.Fill(part.Span, random.Next));
        else if (kind.StartsWith("bias_ih", StringComparison.Ordinal))
            PerGate(values, shape, (part, gate) => part.Span.Fill(gate == shape.CellDefinition.ForgetGate ? forgetBias : 0));
        else if (spec.Shape.Count == 2)
            GlorotUniform(values, spec.Shape[0], spec.Shape[1], random);
        return values;
    }

    private static void PerGate(float[] values, NetworkShape shape, Action<Memory<float>, int> fill)
    {
        int size = values.Length / shape.Gates;
        for (int gate = 0; gate < shape.Gates; gate++)
            fill(values.AsMemory(gate * size, size), gate);
    }

    private static void Normals(Span<float> values, double deviation, Normal random)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * random.Next());
    }

    private static void GlorotUniform(Span<float> values, int rows, int columns, Normal random) =>
        Uniform(values, Math.Sqrt(6.0 / ((double)rows + columns)), random);

    private static void Uniform(Span<float> values, double limit, Normal random)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(limit * (2 * random.Uniform() - 1));
    }

    /// <summary>Random numbers, standard normal ones by Box and Muller, of which some thousands are drawn between two checks.</summary>
    private sealed class Normal(Random random, Action? check)
    {
        private int _drawn;

        public double Uniform()
        {
            if (++_drawn % ValuesBetweenChecks == 0)
                check?.Invoke();
            return random.NextDouble();
        }

        public double Next() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
    }
}
