namespace RnnMlNet.Networks;

/// <summary>
/// The weights training starts from, the same for the same seed: Keras' defaults for recurrent layers. Input maps Glorot uniform (Glorot and
/// Bengio, 2010) and recurrent maps orthogonal (Saxe et al., 2014), gate by gate; biases zero, but the LSTM's forget gate; head Glorot uniform;
/// attention uniform in ±1/√D as PyTorch's Linear of D inputs; embeddings normal with variance 1/E, so that an embedded token has about the length 1; a decoder's positions and channels standard normal, as SegRNN's.
/// </summary>
internal static class WeightInitializer
{
    /// <param name="shape">The network. Of a cell of the user's own, the recurrent weights are left to the cell.</param>
    /// <param name="forgetBias">What the LSTM's forget gate's bias_ih starts at (bias_hh stays 0, so the sum is this).</param>
    /// <param name="seed">Chooses the weights.</param>
    public static NetworkWeights Create(NetworkShape shape, float forgetBias, int seed)
    {
        var random = new Normal(new Random(seed));
        IEnumerable<TensorSpec> recurrent = shape.CustomCell is null ? WeightLayout.RecurrentTensors(shape) : [];
        TensorSpec[] specs = [.. WeightLayout.InputTensors(shape), .. recurrent, .. WeightLayout.OutputTensors(shape)];
        return new NetworkWeights(specs.Select(spec => new NamedTensor(spec.Name, spec.Shape, Values(spec, shape, forgetBias, random))));
    }

    private static float[] Values(TensorSpec spec, NetworkShape shape, float forgetBias, Normal random)
    {
        if (spec.Name == WeightLayout.Embedding)
            return Normals((int)spec.Size, 1 / Math.Sqrt(spec.Shape[1]), random);
        if (spec.Name == WeightLayout.Attention)
            return Uniform((int)spec.Size, 1 / Math.Sqrt(spec.Shape[1]), random);
        if (spec.Name is WeightLayout.Position or WeightLayout.Channel)
            return Normals((int)spec.Size, 1, random);
        // A cell's tensors, whichever module it is of: rnn or decoder.
        string kind = spec.Name[(spec.Name.IndexOf('.', StringComparison.Ordinal) + 1)..];
        if (kind.StartsWith("weight_ih", StringComparison.Ordinal))
            return PerGate(shape, gate => GlorotUniform(shape.HiddenSize, spec.Shape[1], random));
        if (kind.StartsWith("weight_hh", StringComparison.Ordinal))
            return PerGate(shape, gate => Orthogonal(shape.HiddenSize, random));
        if (kind.StartsWith("bias_ih", StringComparison.Ordinal))
            return PerGate(shape, gate => Constant(shape.HiddenSize, shape.Cell == CellKind.Lstm && gate == ForgetGate ? forgetBias : 0));
        return spec.Shape.Count == 2 ? GlorotUniform(spec.Shape[0], spec.Shape[1], random) : new float[spec.Size];
    }

    // The second of i f g o.
    private const int ForgetGate = 1;

    private static float[] PerGate(NetworkShape shape, Func<int, float[]> gate) => [.. Enumerable.Range(0, shape.Gates).SelectMany(gate)];

    private static float[] Constant(int size, float value)
    {
        var values = new float[size];
        Array.Fill(values, value);
        return values;
    }

    private static float[] Normals(int size, double deviation, Normal random)
    {
        var values = new float[size];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * random.Next());
        return values;
    }

    private static float[] GlorotUniform(int rows, int columns, Normal random) => Uniform(rows * columns, Math.Sqrt(6.0 / (rows + columns)), random);

    private static float[] Uniform(int size, double limit, Normal random)
    {
        var values = new float[size];
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(limit * (2 * random.Uniform() - 1));
        return values;
    }

    /// <summary>A random orthogonal matrix: rows of normal numbers, made orthonormal by Gram and Schmidt, twice for precision.</summary>
    private static float[] Orthogonal(int size, Normal random)
    {
        var rows = new double[size][];
        for (int i = 0; i < size; i++)
        {
            rows[i] = [.. Enumerable.Range(0, size).Select(_ => random.Next())];
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++)
                    Subtract(rows[i], rows[j], Dot(rows[i], rows[j]));
            double length = Math.Sqrt(Dot(rows[i], rows[i]));
            for (int k = 0; k < size; k++)
                rows[i][k] /= length;
        }
        return [.. rows.SelectMany(row => row).Select(value => (float)value)];
    }

    private static double Dot(double[] a, double[] b) => System.Numerics.Tensors.TensorPrimitives.Dot(a, b);

    private static void Subtract(double[] from, double[] row, double factor)
    {
        for (int k = 0; k < from.Length; k++)
            from[k] -= factor * row[k];
    }

    /// <summary>Standard normal numbers by Box and Muller.</summary>
    private sealed class Normal(Random random)
    {
        public double Uniform() => random.NextDouble();

        public double Next() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
