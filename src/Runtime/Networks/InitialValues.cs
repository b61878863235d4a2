namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Draws initial weights. The check runs once per thousands of values, and large recurrent maps are computed by several threads, with the
/// same result.
/// </summary>
/// <param name="random">The random numbers.</param>
/// <param name="units">H, units of a recurrent map.</param>
/// <param name="forgetBias">Initial bias of an LSTM's forget gate.</param>
/// <param name="threads">Threads to compute with.</param>
/// <param name="check">Called repeatedly, by several threads; an exception cancels the computation.</param>
internal sealed class InitialValues(Random random, int units, float forgetBias, int threads, Action? check)
{
    private const int ValuesBetweenChecks = 1 << 20;

    private readonly OrthogonalMatrix _orthogonal = new(units, threads, check);
    private int _drawn;

    /// <summary>Initial bias of an LSTM's forget gate.</summary>
    public float ForgetBias => forgetBias;

    /// <summary>Normal values of a standard deviation.</summary>
    public void Normals(Span<float> values, double deviation)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(deviation * Normal());
    }

    /// <summary>Uniform values in ±limit.</summary>
    public void Uniforms(Span<float> values, double limit)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(limit * (2 * Uniform() - 1));
    }

    /// <summary>Uniform in ±√(6 / (rows + columns)): Glorot and Bengio, 2010.</summary>
    public void GlorotUniform(Span<float> values, int rows, int columns) => Uniforms(values, Math.Sqrt(6.0 / ((double)rows + columns)));

    /// <summary>A random orthogonal matrix [H, H]: Saxe et al., 2014.</summary>
    public void Orthogonal(Span<float> matrix) => _orthogonal.Fill(matrix, Normal);

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform()
    {
        if (++_drawn % ValuesBetweenChecks == 0)
            check?.Invoke();
        return random.NextDouble();
    }

    // Box and Muller.
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
}
