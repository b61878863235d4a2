using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The vectors of some columns of categories in the forward and backward pass: encoded values end with the columns' ids, the network's
/// input with their vectors. Values may consist of several parts, each with ids of its own: the time steps of a patch.
/// </summary>
/// <param name="columns">The columns; none where there is nothing to do.</param>
/// <param name="places">Offsets of their vectors among the weights.</param>
/// <param name="parts">Number of parts.</param>
/// <param name="numbers">Numbers of a part, before its ids.</param>
internal sealed unsafe class CategoryPass(IReadOnlyList<CategoryShape> columns, long[] places, int parts, int numbers)
{
    private readonly int _encoded = numbers + columns.Count,
        _width = numbers + CategoryShape.WidthOf(columns);

    /// <summary>Whether there are no columns.</summary>
    public bool IsEmpty => columns.Count == 0;

    /// <summary>Ids of the values.</summary>
    public int Ids => parts * columns.Count;

    /// <summary>Encoded values, with ids.</summary>
    public int EncodedWidth => parts * _encoded;

    /// <summary>Width of the input, with vectors.</summary>
    public int Width => parts * _width;

    /// <summary>Replaces ids by vectors, in place.</summary>
    /// <param name="values">[<see cref="Width"/>], whose start holds the encoded values.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="ids">[<see cref="Ids"/>] overwritten by the ids.</param>
    public void Forward(Span<float> values, float* weights, Span<int> ids)
    {
        // From the last part on: none is overwritten before it is read.
        for (int part = parts - 1; part >= 0; part--)
        {
            Span<float> encoded = values.Slice(part * _encoded, _encoded);
            Span<int> own = ids.Slice(part * columns.Count, columns.Count);
            for (int k = 0; k < columns.Count; k++)
                own[k] = Math.Clamp((int)encoded[numbers + k], 0, columns[k].Count - 1);
            Span<float> target = values.Slice(part * _width, _width);
            encoded[..numbers].CopyTo(target);
            target = target[numbers..];
            for (int k = 0; k < columns.Count; k++)
            {
                int size = columns[k].Size;
                new ReadOnlySpan<float>(weights + places[k] + (long)own[k] * size, size).CopyTo(target);
                target = target[size..];
            }
        }
    }

    /// <summary>Adds to the gradients of the vectors.</summary>
    /// <param name="back">[<see cref="Width"/>] the input's gradient.</param>
    /// <param name="ids">[<see cref="Ids"/>] as <see cref="Forward"/> wrote them.</param>
    /// <param name="gradient">The gradient of all weights.</param>
    public void Backward(ReadOnlySpan<float> back, ReadOnlySpan<int> ids, float* gradient)
    {
        for (int part = 0; part < parts; part++)
        {
            back = back[numbers..];
            for (int k = 0; k < columns.Count; k++)
            {
                int size = columns[k].Size;
                Span<float> sum = new(gradient + places[k] + (long)ids[part * columns.Count + k] * size, size);
                TensorPrimitives.Add(sum, back[..size], sum);
                back = back[size..];
            }
        }
    }
}
