using System.Buffers;
using System.Numerics.Tensors;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Runtime.Networks;

/// <summary>
/// The convolution over words' characters as a table: the product of each character's vector with the filters' weights at each place of
/// the window. At a position the filters are then the sum of three products, whatever the width of the vectors. Shared by all threads.
/// </summary>
/// <param name="shape">The sizes.</param>
internal sealed class CharacterProducts(CharacterShape shape)
{
    // Characters whose products are computed at once.
    private const int BlockSize = 64;

    private readonly int[] _idOf = shape.IdsOfCodes();
    private readonly int _width = CharacterShape.Window * shape.Filters;

    // [V, 3, C], zeros of the padding.
    private readonly float[] _values = new float[shape.Count * CharacterShape.Window * shape.Filters];
    private readonly float[] _bias = new float[shape.Filters];

    /// <summary>The table of trained weights.</summary>
    public static CharacterProducts Of(CharacterShape shape, NetworkWeights weights)
    {
        var products = new CharacterProducts(shape);
        for (int part = 0; part < products.Parts; part++)
            products.Compute(
                weights[CharacterConvolution.Vectors],
                weights[CharacterConvolution.Filters],
                weights[CharacterConvolution.Bias],
                part
            );
        return products;
    }

    /// <summary>Number of parts of <see cref="Compute"/>.</summary>
    public int Parts => (shape.Count + BlockSize - 1) / BlockSize;

    /// <summary>Computes a part of the table, in any order, on any thread.</summary>
    /// <param name="vectors">[V, E].</param>
    /// <param name="filters">[C, E, 3].</param>
    /// <param name="bias">[C].</param>
    /// <param name="part">Index of the part.</param>
    public void Compute(ReadOnlySpan<float> vectors, ReadOnlySpan<float> filters, ReadOnlySpan<float> bias, int part)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(shape.Size * _width);
        Transpose(shape, filters, rented);
        if (part == 0)
            bias.CopyTo(_bias);
        int first = Math.Max(part * BlockSize, WordCharacters.Padding + 1),
            end = Math.Min((part + 1) * BlockSize, shape.Count);
        for (int id = first; id < end; id++)
        {
            Span<float> products = _values.AsSpan(id * _width, _width);
            products.Clear();
            for (int e = 0; e < shape.Size; e++)
                TensorPrimitives.MultiplyAdd(rented.AsSpan(e * _width, _width), vectors[id * shape.Size + e], products, products);
        }
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The filters with the places of the window first.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="filters">[C, E, 3].</param>
    /// <param name="transposed">[E, 3, C], overwritten.</param>
    public static void Transpose(CharacterShape shape, ReadOnlySpan<float> filters, Span<float> transposed)
    {
        int at = 0;
        for (int filter = 0; filter < shape.Filters; filter++)
        for (int e = 0; e < shape.Size; e++)
        for (int place = 0; place < CharacterShape.Window; place++)
            transposed[(e * CharacterShape.Window + place) * shape.Filters + filter] = filters[at++];
    }

    /// <summary>Computes the vector of a word's characters.</summary>
    /// <param name="codes">[W] the characters; the first position counts as one of the word's whatever it is.</param>
    /// <param name="vector">[C], overwritten.</param>
    public void Write(ReadOnlySpan<int> codes, Span<float> vector)
    {
        Span<int> ids = stackalloc int[WordCharacters.Length];
        Span<byte> positions = stackalloc byte[shape.Filters];
        Write(codes, vector, ids, positions);
    }

    /// <summary>As <see cref="Write(ReadOnlySpan{int}, Span{float})"/>, with what a backward pass needs.</summary>
    /// <param name="codes">[W] the characters.</param>
    /// <param name="vector">[C], overwritten.</param>
    /// <param name="ids">[W] the characters' vectors; overwritten.</param>
    /// <param name="positions">[C] the position of each filter's maximum; overwritten.</param>
    public void Write(ReadOnlySpan<int> codes, Span<float> vector, Span<int> ids, Span<byte> positions)
    {
        int length = Read(codes, ids);
        Span<float> sums = stackalloc float[shape.Filters];
        for (int position = 0; position < length; position++)
        {
            TensorPrimitives.Add(_bias, Product(ids[position], 1), sums);
            if (position > 0)
                TensorPrimitives.Add(sums, Product(ids[position - 1], 0), sums);
            if (position + 1 < length)
                TensorPrimitives.Add(sums, Product(ids[position + 1], 2), sums);
            for (int filter = 0; filter < sums.Length; filter++)
                if (position == 0 || sums[filter] > vector[filter])
                    (vector[filter], positions[filter]) = (sums[filter], (byte)position);
        }
    }

    // Writes the vectors' ids; returns the number of positions before the padding, at least 1.
    private int Read(ReadOnlySpan<int> codes, Span<int> ids)
    {
        ids[..WordCharacters.Length].Clear();
        int length = 0;
        while (length < WordCharacters.Length && (length == 0 || codes[length] != WordCharacters.Padding))
        {
            ids[length] = codes[length] < _idOf.Length ? _idOf[codes[length]] : WordCharacters.Unknown;
            length++;
        }
        return length;
    }

    private ReadOnlySpan<float> Product(int id, int place) => _values.AsSpan(id * _width + place * shape.Filters, shape.Filters);
}
