using System.Numerics.Tensors;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The vectors of words' characters, specialised for their sizes: weights one after the other, packed as a table of products.
/// Shared by all threads.</summary>
/// <param name="shape">The sizes.</param>
internal sealed unsafe class CharacterTraining(CharacterShape shape) : IPackedWeights
{
    private readonly CharacterProducts _products = new(shape);

    public CharacterShape Shape => shape;

    public CharacterProducts Products => _products;

    /// <summary>Number of elements of the characters' vectors, [V, E], which come first.</summary>
    public int VectorsCount => shape.Count * shape.Size;

    /// <summary>Number of elements of the filters, [C, E, 3], which come second.</summary>
    public int FiltersCount => shape.Filters * shape.Size * CharacterShape.Window;

    /// <summary>Number of elements of all weights; the bias, [C], comes last.</summary>
    public int Count => VectorsCount + FiltersCount + shape.Filters;

    public int PackParts => _products.Parts;

    public void Pack(float* weights, int part) => _products.Compute(Vectors(weights), Filters(weights), Bias(weights), part);

    /// <summary>[V, E] the characters' vectors, or their gradient.</summary>
    public Span<float> Vectors(float* weights) => new(weights, VectorsCount);

    /// <summary>[C, E, 3] the filters, or their gradient.</summary>
    public Span<float> Filters(float* weights) => new(weights + VectorsCount, FiltersCount);

    /// <summary>[C] the bias, or its gradient.</summary>
    public Span<float> Bias(float* weights) => new(weights + VectorsCount + FiltersCount, shape.Filters);
}

/// <summary>
/// The vectors of words' characters in the forward and backward pass. The backward pass adds up the gradients of the products, of which a
/// word has three for each filter, those at the position of its maximum; <see cref="AddGradients"/> then makes them those of the weights.
/// </summary>
/// <param name="training">The weights' layout and products.</param>
internal sealed unsafe class CharacterPass(CharacterTraining training)
{
    private readonly CharacterShape _shape = training.Shape;
    private readonly int _width = CharacterShape.Window * training.Shape.Filters;

    // [V, 3, C] gradients of the products, zeros except for those of touched characters.
    private readonly float[] _gradients = new float[training.Shape.Count * CharacterShape.Window * training.Shape.Filters];
    private readonly bool[] _isTouched = new bool[training.Shape.Count];
    private readonly List<int> _touched = [];
    private readonly float[] _bias = new float[training.Shape.Filters];
    private readonly float[] _transposed = new float[training.FiltersCount],
        _transposedGradient = new float[training.FiltersCount];

    // For each word, its characters' vectors, and the position of each filter's maximum.
    private int[] _ids = [];
    private byte[] _positions = [];

    /// <summary>Makes room for the words of a micro-batch, of which convolutions may make fewer steps.</summary>
    public void Start(MicroBatch microBatch)
    {
        int words = microBatch.InputLength(0) * microBatch.Count;
        if ((long)words * Math.Max(_shape.Filters, WordCharacters.Length) > Array.MaxLength)
            throw new InvalidOperationException(
                $"The {words} words of {microBatch.Count} rows with {_shape.Filters} filters of characters are too large for memory: set a "
                    + "smaller BatchSize or fewer CharacterFilters, or shorten the longest sequences."
            );
        if (_positions.Length < words * _shape.Filters)
            (_ids, _positions) = (new int[words * WordCharacters.Length], new byte[words * _shape.Filters]);
    }

    /// <summary>Computes a word's vector.</summary>
    /// <param name="codes">[W] its characters.</param>
    /// <param name="word">Index of the word among those of the micro-batch.</param>
    /// <param name="vector">[C], overwritten.</param>
    public void Forward(ReadOnlySpan<int> codes, int word, Span<float> vector) =>
        training.Products.Write(codes, vector, IdsOf(word), PositionsOf(word));

    /// <summary>Adds to the gradients of the products.</summary>
    /// <param name="back">[C] the vector's gradient.</param>
    /// <param name="word">As in <see cref="Forward"/>.</param>
    public void Backward(ReadOnlySpan<float> back, int word)
    {
        ReadOnlySpan<int> ids = IdsOf(word);
        ReadOnlySpan<byte> positions = PositionsOf(word);
        TensorPrimitives.Add(_bias, back, _bias);
        for (int filter = 0; filter < back.Length; filter++)
        for (int place = 0; place < CharacterShape.Window; place++)
        {
            int at = positions[filter] + place - CharacterShape.Window / 2;
            if ((uint)at >= (uint)ids.Length || ids[at] == WordCharacters.Padding)
                continue;
            Touch(ids[at]);
            _gradients[ids[at] * _width + place * _shape.Filters + filter] += back[filter];
        }
    }

    /// <summary>Adds the gradients of the weights, and starts over.</summary>
    /// <param name="weights">The weights, in the layout of <see cref="CharacterTraining"/>.</param>
    /// <param name="gradient">Their gradient, added to.</param>
    public void AddGradients(float* weights, float* gradient)
    {
        CharacterProducts.Transpose(_shape, training.Filters(weights), _transposed);
        Array.Clear(_transposedGradient);
        foreach (int id in _touched)
        {
            Span<float> products = _gradients.AsSpan(id * _width, _width);
            ReadOnlySpan<float> vector = training.Vectors(weights).Slice(id * _shape.Size, _shape.Size);
            Span<float> sum = training.Vectors(gradient).Slice(id * _shape.Size, _shape.Size);
            for (int e = 0; e < _shape.Size; e++)
            {
                sum[e] += TensorPrimitives.Dot<float>(products, _transposed.AsSpan(e * _width, _width));
                Span<float> filters = _transposedGradient.AsSpan(e * _width, _width);
                TensorPrimitives.MultiplyAdd(products, vector[e], filters, filters);
            }
            products.Clear();
            _isTouched[id] = false;
        }
        _touched.Clear();
        AddFilters(training.Filters(gradient));
        Span<float> bias = training.Bias(gradient);
        TensorPrimitives.Add(bias, _bias, bias);
        Array.Clear(_bias);
    }

    private void AddFilters(Span<float> gradient)
    {
        int at = 0;
        for (int filter = 0; filter < _shape.Filters; filter++)
        for (int e = 0; e < _shape.Size; e++)
        for (int place = 0; place < CharacterShape.Window; place++)
            gradient[at++] += _transposedGradient[e * _width + place * _shape.Filters + filter];
    }

    private void Touch(int id)
    {
        if (_isTouched[id])
            return;
        _isTouched[id] = true;
        _touched.Add(id);
    }

    private Span<int> IdsOf(int word) => _ids.AsSpan(word * WordCharacters.Length, WordCharacters.Length);

    private Span<byte> PositionsOf(int word) => _positions.AsSpan(word * _shape.Filters, _shape.Filters);
}
