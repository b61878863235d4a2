using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The embeddings with their optimiser moments and moving average. A batch's gradient covers its own tokens only. The update equals
/// PyTorch's over all tokens, whose moments and decay continue without a gradient; but a token absent from a batch is updated lazily: its
/// missed steps are applied one after the other when it is next read, so the result does not depend on when that is.
/// </summary>
internal sealed unsafe class EmbeddingTable
{
    // Most missed steps that are remembered.
    private const int MostMissed = 4096;

    // Tokens of a job.
    private const int BlockSize = 32;

    private readonly int _width;
    private readonly int _stride;
    private readonly int _vocabulary;
    private readonly ParameterUpdate _update;
    private readonly ThreadTeam _team;
    private readonly AlignedBuffer _values,
        _first,
        _second,
        _gradient = new();
    private readonly AlignedBuffer? _average;
    private readonly int[] _slotOf;
    private readonly List<int> _tokens = [];

    // The steps since all tokens were up to date, and the number of them applied to each token.
    private readonly List<StepFactors> _steps = [];
    private readonly int[] _had;
    private readonly List<(int Token, int Had)> _late = [];

    /// <param name="vocabulary">V.</param>
    /// <param name="width">E.</param>
    /// <param name="update">The optimiser.</param>
    /// <param name="team">Applies missed steps in parallel.</param>
    public EmbeddingTable(int vocabulary, int width, ParameterUpdate update, ThreadTeam team)
    {
        _vocabulary = vocabulary;
        _width = width;
        _update = update;
        _team = team;
        _stride = (width + 15) / 16 * 16;
        long size = (long)vocabulary * _stride;
        _values = new AlignedBuffer(size);
        _first = new AlignedBuffer(update.Moments.Count > 0 ? size : 0);
        _second = new AlignedBuffer(update.Moments.Count > 1 ? size : 0);
        _average = update.Averages ? new AlignedBuffer(size) : null;
        _had = new int[vocabulary];
        _slotOf = new int[vocabulary];
        Array.Fill(_slotOf, -1);
    }

    /// <summary>Applies the missed steps of tokens, which can then be read; other tokens cannot.</summary>
    /// <param name="tokens">The tokens, repeats allowed.</param>
    public void Prepare(ReadOnlySpan<int> tokens)
    {
        foreach (int token in tokens)
            if (_had[token] < _steps.Count)
            {
                _late.Add((token, _had[token]));
                _had[token] = _steps.Count;
            }
        _team.Run(
            (_late.Count + BlockSize - 1) / BlockSize,
            (block, _) =>
            {
                ReadOnlySpan<StepFactors> steps = CollectionsMarshal.AsSpan(_steps);
                for (int i = block * BlockSize; i < Math.Min((block + 1) * BlockSize, _late.Count); i++)
                {
                    long place = (long)_late[i].Token * _stride;
                    _update.Rest(
                        steps[_late[i].Had..],
                        _values.Start + place,
                        _first.Start + place,
                        _second.Start + place,
                        Average(place),
                        _stride
                    );
                }
            }
        );
        _late.Clear();
    }

    /// <summary>The embedding of a token that is up to date.</summary>
    public ReadOnlySpan<float> this[int token] => new(_values.Start + (long)token * _stride, _width);

    /// <summary>Adds up the gradients of a batch's micro-batches, in their order.</summary>
    /// <returns>The sum of their squares.</returns>
    public double Gather(IEnumerable<EmbeddingGradient> microBatches)
    {
        foreach (int token in _tokens)
            _slotOf[token] = -1;
        _tokens.Clear();
        EmbeddingGradient[] all = [.. microBatches];
        foreach (int token in all.SelectMany(microBatch => microBatch.Tokens))
            if (_slotOf[token] < 0)
            {
                _slotOf[token] = _tokens.Count;
                _tokens.Add(token);
            }
        _gradient.Reserve((long)_tokens.Count * _stride);
        _gradient.Clear(_tokens.Count * _stride);
        foreach (EmbeddingGradient microBatch in all)
            for (int i = 0; i < microBatch.Tokens.Count; i++)
            {
                Span<float> sum = Gradient(_slotOf[microBatch.Tokens[i]]);
                TensorPrimitives.Add(sum, microBatch[i], sum);
            }
        double squares = 0;
        for (int buffer = 0; buffer < _tokens.Count; buffer++)
            squares += TensorPrimitives.SumOfSquares<float>(Gradient(buffer));
        return squares;
    }

    /// <summary>Applies the optimiser's current step to the tokens that have a gradient. They must be up to date.</summary>
    /// <param name="scale">Factor of the gradients.</param>
    public void Update(float scale)
    {
        _steps.Add(_update.Factors);
        foreach (int token in _tokens)
        {
            long place = (long)token * _stride;
            _update.Update(
                _values.Start + place,
                _gradient.Start + (long)_slotOf[token] * _stride,
                _first.Start + place,
                _second.Start + place,
                Average(place),
                _stride,
                scale
            );
            _had[token] = _steps.Count;
        }
        if (_steps.Count == MostMissed)
            PrepareAll();
    }

    /// <summary>
    /// Replaces the embeddings (which = 0), their moments (1 and 2) or their moving average (<see cref="ParameterStep.Average"/>).
    /// </summary>
    public void Set(int which, float[] values)
    {
        PrepareAll();
        for (int token = 0; token < _vocabulary; token++)
            values.AsSpan(token * _width, _width).CopyTo(new Span<float>(Memory(which) + (long)token * _stride, _width));
    }

    /// <summary>
    /// The embeddings (which = 0), their moments (1 and 2) or their moving average (<see cref="ParameterStep.Average"/>), [V, E].
    /// </summary>
    public float[] Get(int which)
    {
        PrepareAll();
        var values = new float[_vocabulary * _width];
        for (int token = 0; token < _vocabulary; token++)
            new ReadOnlySpan<float>(Memory(which) + (long)token * _stride, _width).CopyTo(values.AsSpan(token * _width));
        return values;
    }

    private float* Memory(int which) =>
        which switch
        {
            0 => _values.Start,
            1 => _first.Start,
            2 => _second.Start,
            _ => _average!.Start,
        };

    private float* Average(long place) => _average is null ? null : _average.Start + place;

    private Span<float> Gradient(int buffer) => new(_gradient.Start + (long)buffer * _stride, _width);

    private void PrepareAll()
    {
        if (_steps.Count == 0)
            return;
        int[] all = [.. Enumerable.Range(0, _vocabulary)];
        Prepare(all);
        _steps.Clear();
        Array.Clear(_had);
    }
}

/// <summary>The gradients of the embeddings of a micro-batch's tokens.</summary>
internal sealed class EmbeddingGradient(int vocabulary, int width)
{
    private readonly List<int> _tokens = [];
    private readonly int[] _slotOf = NoSlots(vocabulary);
    private float[] _values = [];

    /// <summary>The tokens, in order of first appearance.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>The gradient of the i-th token.</summary>
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
        var buffers = new int[vocabulary];
        Array.Fill(buffers, -1);
        return buffers;
    }
}
