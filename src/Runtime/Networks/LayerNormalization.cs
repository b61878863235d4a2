namespace RnnMlNet;

/// <summary>
/// Normalisation between stacked recurrent layers, and after the last: at each time step, over the values of all units and directions.
/// </summary>
public enum LayerNormalization
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>
    /// y = (x - mean) / √(variance + 1e-5) * gain + bias, with a learned gain and bias for each value (Ba, Kiros and Hinton, "Layer
    /// Normalization", 2016; PyTorch's <c>nn.LayerNorm</c>).
    /// </summary>
    LayerNorm = 1,

    /// <summary>
    /// y = x / √(mean of x² + 1.2e-7) * gain, with a learned gain for each value (Zhang and Sennrich, "Root Mean Square Layer
    /// Normalization", 2019; PyTorch's <c>nn.RMSNorm</c>): cheaper than <see cref="LayerNorm"/>, without the mean and the bias.
    /// </summary>
    RmsNorm = 2,
}
