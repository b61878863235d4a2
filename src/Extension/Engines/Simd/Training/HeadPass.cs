using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The head's forward and backward pass, row by row: dropout, linear map, rectifier, and so on to the outputs.</summary>
internal sealed unsafe class HeadPass
{
    private readonly (int Input, int Output)[] _layers;
    private readonly long[] _places;
    private readonly float[][] _inputs;
    private readonly float[][] _gradients;

    public HeadPass(NetworkShape shape, ParameterMap map)
    {
        _layers = [.. shape.HeadLayers()];
        _places = map.Head;
        _inputs = [.. _layers.Select(layer => new float[layer.Input])];
        _gradients = [.. _layers.Select(layer => new float[layer.Input])];
    }

    /// <summary>The input of the first layer, to be filled before <see cref="Forward"/>; afterwards with dropout applied.</summary>
    public Span<float> Pooled => _inputs[0];

    /// <summary>The gradient of <see cref="Pooled"/>, after <see cref="Backward"/>.</summary>
    public Span<float> PooledGradient => _gradients[0];

    /// <param name="weights">All weights.</param>
    /// <param name="outputs">[HeadOutputs], overwritten.</param>
    /// <param name="dropout">Drops some of the values that enter a layer; null for none.</param>
    public void Forward(float* weights, Span<float> outputs, RowDropout? dropout)
    {
        for (int j = 0; j < _layers.Length; j++)
        {
            dropout?.Apply(_inputs[j], j);
            Span<float> next = j + 1 < _layers.Length ? _inputs[j + 1] : outputs;
            for (int unit = 0; unit < next.Length; unit++)
                next[unit] = TensorPrimitives.Dot(Row(weights, j, unit), _inputs[j]) + *(weights + _places[2 * j + 1] + unit);
            if (j + 1 < _layers.Length)
                TensorPrimitives.Max(next, 0, next);
        }
    }

    /// <param name="weights">All weights.</param>
    /// <param name="outputGradient">[HeadOutputs].</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    /// <param name="dropout">As in <see cref="Forward"/>.</param>
    public void Backward(float* weights, ReadOnlySpan<float> outputGradient, float* gradient, RowDropout? dropout)
    {
        ReadOnlySpan<float> back = outputGradient;
        for (int j = _layers.Length - 1; j >= 0; j--)
        {
            Span<float> input = _inputs[j],
                inputGradient = _gradients[j];
            inputGradient.Clear();
            for (int unit = 0; unit < back.Length; unit++)
            {
                Span<float> rowGradient = Row(gradient, j, unit);
                TensorPrimitives.MultiplyAdd(input, back[unit], rowGradient, rowGradient);
                *(gradient + _places[2 * j + 1] + unit) += back[unit];
                TensorPrimitives.MultiplyAdd(Row(weights, j, unit), back[unit], inputGradient, inputGradient);
            }
            dropout?.Apply(inputGradient, j);
            if (j > 0)
                Rectify(input, inputGradient);
            back = inputGradient;
        }
    }

    // A dropped value has a gradient of 0 already.
    private static void Rectify(ReadOnlySpan<float> values, Span<float> gradient)
    {
        for (int i = 0; i < values.Length; i++)
            if (values[i] <= 0)
                gradient[i] = 0;
    }

    private Span<float> Row(float* weights, int layer, int unit) =>
        new(weights + _places[2 * layer] + (long)unit * _layers[layer].Input, _layers[layer].Input);
}

/// <summary>Dropout of one row in the head.</summary>
internal readonly struct RowDropout(DropoutMask mask, float share, int row)
{
    public void Apply(Span<float> values, int layer) => mask.Apply(values, share, row, layer);
}
