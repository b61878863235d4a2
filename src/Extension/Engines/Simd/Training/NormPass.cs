using RnnMlNet.Runtime.Kernels;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The normalisation of what is read of a layer, forward and backward, step by step: one thread's.</summary>
/// <param name="kernel">Normalises, shared.</param>
/// <param name="width">D, units of all directions.</param>
/// <param name="places">Offsets of the gain and, where there is one, of the bias.</param>
internal sealed unsafe class NormPass(NormKernel kernel, int width, long[] places)
{
    private float* _weights;

    /// <summary>Starts over with other weights.</summary>
    public void Start(float* weights) => _weights = weights;

    /// <summary>Normalises a step's values, in place.</summary>
    public void Forward(Span<float> values) => kernel.Forward(values, Gain(_weights), Bias(_weights), values);

    /// <summary>From the gradient of the normalised values to that of the values.</summary>
    /// <param name="values">[D] the values before normalisation.</param>
    /// <param name="back">[D] the gradient, overwritten.</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    public void Backward(ReadOnlySpan<float> values, Span<float> back, float* gradient) =>
        kernel.Backward(values, Gain(_weights), back, Gain(gradient), Bias(gradient));

    private Span<float> Gain(float* memory) => new(memory + places[0], width);

    private Span<float> Bias(float* memory) => places.Length > 1 ? new(memory + places[1], width) : [];
}
