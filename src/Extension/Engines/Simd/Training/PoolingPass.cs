using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Pools the last layer's states to one vector a row, [last | mean | max | attention], each of both directions; with its backward pass.
/// </summary>
internal sealed unsafe class PoolingPass(NetworkShape shape, ParameterMap map)
{
    private readonly AttentionPass? _attention = shape.HasAttention ? new AttentionPass(shape.StateWidth, map.Readout[0]) : null;
    private int[] _largest = [];

    /// <summary>Whether states of steps before the last have gradients.</summary>
    public bool PoolsSteps { get; } = shape.Pooling != Pooling.Last;

    /// <summary>Pools a row; one without steps to zeros.</summary>
    public void Forward(float* weights, LayerPass layer, MicroBatch microBatch, int row, Span<float> pooled)
    {
        int units = shape.HiddenSize,
            length = microBatch.Length(row),
            at = 0;
        pooled.Clear();
        if (length == 0)
            return;
        foreach (Pooling kind in Kinds())
            for (int d = 0; d < shape.Directions; d++, at += units)
            {
                Span<float> part = pooled.Slice(at, units);
                if (kind == Pooling.Last)
                    layer.State(d, length, row).CopyTo(part);
                else if (kind == Pooling.Mean)
                    Mean(layer, d, row, length, part);
                else
                    Max(layer, d, row, length, part, Largest(microBatch, row, d));
            }
        _attention?.Forward(weights, layer, microBatch, row, pooled[at..]);
    }

    /// <summary>Adds to the gradients of a row's states and of the weights, given the pooled vector's.</summary>
    /// <param name="weights">All weights.</param>
    /// <param name="layer">The last layer.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="gradient">The gradient of the pooled vector.</param>
    /// <param name="weightGradient">The gradient of all weights.</param>
    public void Backward(
        float* weights,
        LayerPass layer,
        MicroBatch microBatch,
        int row,
        ReadOnlySpan<float> gradient,
        float* weightGradient
    )
    {
        int units = shape.HiddenSize,
            length = microBatch.Length(row),
            at = 0;
        foreach (Pooling kind in Kinds())
            for (int d = 0; d < shape.Directions; d++, at += units)
            {
                ReadOnlySpan<float> part = gradient.Slice(at, units);
                if (kind == Pooling.Last)
                    Add(layer.OutputGradient(d, PoolsSteps ? length : 1, row), part);
                else if (kind == Pooling.Mean)
                    for (int step = 1; step <= length; step++)
                        TensorPrimitives.MultiplyAdd(
                            part,
                            1f / length,
                            layer.OutputGradient(d, step, row),
                            layer.OutputGradient(d, step, row)
                        );
                else
                    ToLargest(layer, d, row, part, Largest(microBatch, row, d));
            }
        _attention?.Backward(weights, layer, microBatch, row, gradient[at..], weightGradient);
    }

    private IEnumerable<Pooling> Kinds() =>
        ((Pooling[])[Pooling.Last, Pooling.Mean, Pooling.Max]).Where(kind => (shape.Pooling & kind) != 0);

    private static void Mean(LayerPass layer, int direction, int row, int length, Span<float> mean)
    {
        for (int step = 1; step <= length; step++)
            Add(mean, layer.State(direction, step, row));
        TensorPrimitives.Divide(mean, length, mean);
    }

    private static void Max(LayerPass layer, int direction, int row, int length, Span<float> max, Span<int> largest)
    {
        layer.State(direction, 1, row).CopyTo(max);
        largest.Fill(1);
        for (int step = 2; step <= length; step++)
        {
            ReadOnlySpan<float> state = layer.State(direction, step, row);
            for (int unit = 0; unit < max.Length; unit++)
                if (state[unit] > max[unit])
                    (max[unit], largest[unit]) = (state[unit], step);
        }
    }

    private static void ToLargest(LayerPass layer, int direction, int row, ReadOnlySpan<float> gradient, ReadOnlySpan<int> largest)
    {
        for (int unit = 0; unit < gradient.Length; unit++)
            layer.OutputGradient(direction, largest[unit], row)[unit] += gradient[unit];
    }

    // For each row, direction and unit, the step of the largest state.
    private Span<int> Largest(MicroBatch microBatch, int row, int direction)
    {
        int width = shape.HiddenSize * shape.Directions;
        if (_largest.Length < microBatch.Count * width)
            Array.Resize(ref _largest, microBatch.Count * width);
        return _largest.AsSpan(row * width + direction * shape.HiddenSize, shape.HiddenSize);
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> values) => TensorPrimitives.Add(sum, values, sum);
}
