using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Runtime.Networks;

/// <summary>Sizes of a convolution over the steps.</summary>
/// <param name="Filters">C, values that it makes of a window.</param>
/// <param name="KernelSize">K, steps of a window.</param>
/// <param name="Stride">S, steps from one window to the next.</param>
internal readonly record struct ConvolutionShape(int Filters, int KernelSize, int Stride)
{
    /// <summary>Windows of a sequence: ceil(T / S).</summary>
    public int StepsOf(int steps) => (int)(((long)steps + Stride - 1) / Stride);

    public override string ToString() => $"{Filters} filters of {KernelSize} steps, stride {Stride}";
}

/// <summary>
/// A causal convolution over the steps with a rectifier, <c>y_t = max(0, Σ_k W_k x_(tS - K + 1 + k) + b)</c>, where the steps before the
/// first are zeros: a window ends with its last step and knows nothing of later ones, so that it can be computed in a stream. PyTorch's
/// Conv1d of an input padded by K - 1 steps on the left: <c>convolution.{j}.weight [C, F, K]</c> and <c>convolution.{j}.bias [C]</c>, both
/// initially uniform in ±1/√(F K), as there.
/// </summary>
/// <param name="number">j, its place in the network.</param>
/// <param name="inputs">F, values of a step.</param>
/// <param name="shape">Its sizes.</param>
internal sealed class ConvolutionModule(int number, int inputs, ConvolutionShape shape) : NetworkModule
{
    /// <summary>What its weights' names begin with.</summary>
    public const string Prefix = "convolution.";

    public override string Name => $"convolution {number}";

    /// <summary>F, values of a step.</summary>
    public int Inputs => inputs;

    /// <summary>Its sizes.</summary>
    public ConvolutionShape Shape => shape;

    /// <summary>Values of a window, K F.</summary>
    public int WindowSize => shape.KernelSize * inputs;

    /// <summary>Values before the first step's, (K - 1) F: the part of a window that a stream keeps.</summary>
    public int HistorySize => (shape.KernelSize - 1) * inputs;

    /// <summary>Values from one window to the next, S F: windows of a row overlap in memory.</summary>
    public int WindowStride => shape.Stride * inputs;

    /// <summary>The weights, [C, F, K].</summary>
    public TensorSpec Weight => new(WeightOf(number), [shape.Filters, inputs, shape.KernelSize]);

    /// <summary>The bias, [C].</summary>
    public TensorSpec Bias => new(BiasOf(number), [shape.Filters]);

    public override IEnumerable<TensorSpec> Tensors => [Weight, Bias];

    /// <summary>Name of a convolution's weights.</summary>
    public static string WeightOf(int number) => $"{Prefix}{number}.weight";

    /// <summary>Name of a convolution's bias.</summary>
    public static string BiasOf(int number) => $"{Prefix}{number}.bias";

    public override void Initialize(TensorSpec spec, float[] values, InitialValues random) =>
        random.Uniforms(values, 1 / Math.Sqrt(WindowSize));

    /// <summary>Place of a weight of PyTorch's [C, F, K] in the layout of a window, [C, K, F].</summary>
    /// <param name="index">The place in PyTorch's.</param>
    /// <returns>The filter, and the place within a window.</returns>
    public (int Filter, int Place) InWindow(int index)
    {
        int k = index % shape.KernelSize,
            feature = index / shape.KernelSize % inputs;
        return (index / WindowSize, k * inputs + feature);
    }

    /// <summary>The weights in the kernels' form: a linear map of a window.</summary>
    public KernelWeights Of(NetworkWeights weights)
    {
        float[] values = weights[WeightOf(number)],
            windows = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            var (filter, place) = InWindow(i);
            windows[filter * WindowSize + place] = values[i];
        }
        return new KernelWeights(windows, [], weights[BiasOf(number)], [], WindowSize, shape.Filters);
    }
}
