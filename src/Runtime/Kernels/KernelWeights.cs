namespace RnnMlNet.Runtime.Kernels;

/// <summary>A cell's or a linear layer's weights in PyTorch's layout: rows gate after gate.</summary>
/// <param name="Input">[gates x units, InputSize].</param>
/// <param name="Hidden">[gates x units, HiddenSize]; empty for a linear layer, and for a cell without recurrent weights.</param>
/// <param name="InputBias">[gates x units].</param>
/// <param name="HiddenBias">[gates x units]; likewise.</param>
/// <param name="InputSize">Width of an input.</param>
/// <param name="Units">Outputs of a gate.</param>
internal sealed record KernelWeights(float[] Input, float[] Hidden, float[] InputBias, float[] HiddenBias, int InputSize, int Units)
{
    /// <summary>[P x units] a cell's parameters of units; empty for none.</summary>
    public float[] UnitParameters { get; init; } = [];

    public int HiddenSize => Hidden.Length == 0 ? 0 : Units;

    public float HiddenBiasOf(int row) => HiddenBias.Length == 0 ? 0 : HiddenBias[row];
}
