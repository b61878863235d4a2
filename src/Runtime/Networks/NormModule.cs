namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// Normalises what is read of a recurrent layer, at each step: <c>norm.{layer}.weight [D]</c>, initially 1, and of
/// <see cref="LayerNormalization.LayerNorm"/> <c>norm.{layer}.bias [D]</c>, initially 0.
/// </summary>
/// <param name="kind">The normalisation.</param>
/// <param name="layer">The recurrent layer.</param>
/// <param name="width">D, units of all directions.</param>
internal sealed class NormModule(LayerNormalization kind, int layer, int width) : NetworkModule
{
    private readonly string _gain = $"norm.{layer}.weight",
        _bias = $"norm.{layer}.bias";

    // PyTorch's, of nn.LayerNorm and of nn.RMSNorm.
    private const float OfVariance = 1e-5f,
        OfSquares = 1.1920929e-7f;

    public override string Name => $"normalisation of layer {layer}";

    /// <summary>Whether the mean is subtracted, and there is a bias.</summary>
    public bool IsCentred => kind == LayerNormalization.LayerNorm;

    /// <summary>What is added to the variance, or to the mean of the squares.</summary>
    public float Epsilon => EpsilonOf(kind);

    /// <summary>weight.</summary>
    public TensorSpec Gain => new(_gain, [width]);

    /// <summary>bias; null without one.</summary>
    public TensorSpec? Bias => IsCentred ? new(_bias, [width]) : null;

    public override IEnumerable<TensorSpec> Tensors => Bias is TensorSpec bias ? [Gain, bias] : [Gain];

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random)
    {
        if (spec.Name == _gain)
            Array.Fill(values, 1);
    }

    /// <summary>What a kind of normalisation adds to the variance, or to the mean of the squares.</summary>
    public static float EpsilonOf(LayerNormalization kind) =>
        kind switch
        {
            LayerNormalization.LayerNorm => OfVariance,
            LayerNormalization.RmsNorm => OfSquares,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, $"There is no normalisation {kind}."),
        };
}
