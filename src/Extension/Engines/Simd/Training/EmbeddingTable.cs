using System.Numerics.Tensors;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The embeddings with their moments. A batch's gradient is of the tokens in it only. The update is PyTorch's for all tokens, whose moments go on
/// without a gradient; but tokens that no batch has had yet are passed over, because nothing would change in them.
/// </summary>
internal sealed unsafe class EmbeddingTable
{
    private readonly int _width;
    private readonly int _stride;
    private readonly int _vocabulary;
    private readonly AlignedBuffer _values, _first, _second, _gradient = new();
    private readonly bool[] _isKnown;
    private readonly List<int> _known = [];
    private readonly int[] _slotOf;
    private readonly List<int> _tokens = [];

    /// <param name="vocabulary">V.</param>
    /// <param name="width">E.</param>
    /// <param name="moments">Moments of the optimiser, 0 to 2.</param>
    public EmbeddingTable(int vocabulary, int width, int moments)
    {
        _vocabulary = vocabulary;
        _width = width;
        _stride = (width + 15) / 16 * 16;
        long size = (long)vocabulary * _stride;
        _values = new AlignedBuffer(size);
        _first = new AlignedBuffer(moments > 0 ? size : 0);
        _second = new AlignedBuffer(moments > 1 ? size : 0);
        _isKnown = new bool[vocabulary];
        _slotOf = new int[vocabulary];
        Array.Fill(_slotOf, -1);
    }

    /// <summary>A token's embedding.</summary>
    public ReadOnlySpan<float> this[int token] => new(_values.Start + (long)token * _stride, _width);

    /// <summary>Adds up the gradients of the shards of a batch, in their order.</summary>
    /// <returns>The sum of their squares.</returns>
    public double Gather(IEnumerable<EmbeddingGradient> shards)
    {
        foreach (int token in _tokens)
            _slotOf[token] = -1;
        _tokens.Clear();
        EmbeddingGradient[] all = [.. shards];
        foreach (int token in all.SelectMany(shard => shard.Tokens))
            if (_slotOf[token] < 0)
            {
                _slotOf[token] = _tokens.Count;
                _tokens.Add(token);
                Know(token);
            }
        _gradient.Reserve((long)_tokens.Count * _stride);
        _gradient.Clear(_tokens.Count * _stride);
        foreach (EmbeddingGradient shard in all)
            for (int i = 0; i < shard.Tokens.Count; i++)
            {
                Span<float> sum = Gradient(_slotOf[shard.Tokens[i]]);
                TensorPrimitives.Add(sum, shard[i], sum);
            }
        double squares = 0;
        for (int slot = 0; slot < _tokens.Count; slot++)
            squares += TensorPrimitives.SumOfSquares<float>(Gradient(slot));
        return squares;
    }

    /// <summary>Changes the embeddings of all tokens that a batch has had.</summary>
    /// <param name="update">The optimiser.</param>
    /// <param name="scale">What the gradients are multiplied by first.</param>
    /// <param name="decays">Whether weights shrink without a gradient too: then every token changes.</param>
    public void Update(ParameterUpdate update, float scale, bool decays)
    {
        float* none = stackalloc float[_stride];
        new Span<float>(none, _stride).Clear();
        int count = decays ? _vocabulary : _known.Count;
        for (int i = 0; i < count; i++)
        {
            int token = decays ? i : _known[i];
            long place = (long)token * _stride;
            float* gradient = _slotOf[token] >= 0 ? _gradient.Start + (long)_slotOf[token] * _stride : none;
            update.Update(_values.Start + place, gradient, _first.Start + place, _second.Start + place, _stride, scale);
        }
    }

    /// <summary>Replaces the embeddings (which = 0) or their moments (1 and 2).</summary>
    public void Set(int which, float[] values)
    {
        for (int token = 0; token < _vocabulary; token++)
        {
            ReadOnlySpan<float> row = values.AsSpan(token * _width, _width);
            row.CopyTo(new Span<float>(Memory(which) + (long)token * _stride, _width));
            if (which > 0 && row.ContainsAnyExcept(0))
                Know(token);
        }
    }

    /// <summary>The embeddings (which = 0) or their moments (1 and 2), [V, E].</summary>
    public float[] Get(int which)
    {
        var values = new float[_vocabulary * _width];
        for (int token = 0; token < _vocabulary; token++)
            new ReadOnlySpan<float>(Memory(which) + (long)token * _stride, _width).CopyTo(values.AsSpan(token * _width));
        return values;
    }

    private float* Memory(int which) => which switch { 0 => _values.Start, 1 => _first.Start, _ => _second.Start };

    private Span<float> Gradient(int slot) => new(_gradient.Start + (long)slot * _stride, _width);

    private void Know(int token)
    {
        if (_isKnown[token])
            return;
        _isKnown[token] = true;
        _known.Add(token);
    }
}

/// <summary>The gradients of the embeddings of a shard's tokens.</summary>
internal sealed class EmbeddingGradient(int vocabulary, int width)
{
    private readonly List<int> _tokens = [];
    private readonly int[] _slotOf = NoSlots(vocabulary);
    private float[] _values = [];

    /// <summary>The tokens, in the order that they came up in.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>The gradient of the i-th of them.</summary>
    public ReadOnlySpan<float> this[int i] => _values.AsSpan(i * width, width);

    public void Clear()
    {
        foreach (int token in _tokens)
            _slotOf[token] = -1;
        _tokens.Clear();
    }

    public void Add(int token, ReadOnlySpan<float> gradient)
    {
        if (_slotOf[token] < 0)
            Open(token);
        Span<float> sum = _values.AsSpan(_slotOf[token] * width, width);
        TensorPrimitives.Add(sum, gradient, sum);
    }

    private void Open(int token)
    {
        _slotOf[token] = _tokens.Count;
        _tokens.Add(token);
        int end = _tokens.Count * width;
        if (_values.Length < end)
            Array.Resize(ref _values, 2 * end);
        _values.AsSpan(end - width, width).Clear();
    }

    private static int[] NoSlots(int vocabulary)
    {
        var slots = new int[vocabulary];
        Array.Fill(slots, -1);
        return slots;
    }
}
