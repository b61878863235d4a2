using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Networks;

namespace RnnMlNet.Scoring;

/// <summary>One cursor's scratch memory over a <see cref="ManagedScorer"/>; it grows to the longest sequence seen.</summary>
internal sealed class ManagedSession : IScoringSession
{
    private readonly ManagedScorer _scorer;
    private readonly NetworkShape _shape;
    private readonly float[] _cell;
    private readonly float[] _gates;
    private readonly float[] _final;
    private readonly float[] _pooled;
    private readonly float[] _headIn;
    private readonly float[] _headOut;
    private float[] _input = [];
    private float[] _states = [];

    public ManagedSession(ManagedScorer scorer)
    {
        _scorer = scorer;
        _shape = scorer.Network.Shape;
        int widest = Math.Max(_shape.PooledSize, scorer.Head.Max(layer => layer.Output));
        _cell = new float[_shape.HiddenSize];
        _gates = new float[2 * _shape.Gates * _shape.HiddenSize];
        _final = new float[_shape.HiddenSize * _shape.Directions];
        _pooled = new float[_shape.PooledSize];
        _headIn = new float[widest];
        _headOut = new float[widest];
    }

    public void Score(in SequenceView sequence, Span<float> outputs)
    {
        int length = sequence.Length;
        ReadInput(sequence);
        foreach (CellWeights[] directions in _scorer.Layers)
            RunLayer(directions, length);
        Pool(length);
        RunHead(outputs);
        ToLabelUnits(outputs);
    }

    public void Dispose()
    {
        // Scratch is managed memory.
    }

    private int StateWidth => _shape.HiddenSize * _shape.Directions;

    /// <summary>Writes [T, InputSize]: standardised numbers, or embeddings.</summary>
    private void ReadInput(in SequenceView sequence)
    {
        Grow(ref _input, (long)sequence.Length * Math.Max(_shape.InputSize, StateWidth));
        Grow(ref _states, (long)sequence.Length * StateWidth);
        if (_shape.UsesTokens)
            Embed(sequence.Tokens);
        else
            Standardise(sequence.Steps);
    }

    private void Embed(ReadOnlySpan<int> tokens)
    {
        int width = _shape.EmbeddingSize;
        for (int t = 0; t < tokens.Length; t++)
            _scorer.Embedding.AsSpan(tokens[t] * width, width).CopyTo(_input.AsSpan(t * width));
    }

    private void Standardise(ReadOnlySpan<float> steps)
    {
        if (_scorer.Network.FeatureScaling is not FeatureScaling scaling)
        {
            steps.CopyTo(_input);
            return;
        }
        for (int start = 0; start < steps.Length; start += scaling.Width)
            for (int f = 0; f < scaling.Width; f++)
                _input[start + f] = (steps[start + f] - scaling.Mean[f]) / scaling.Deviation[f];
    }

    /// <summary>Runs a layer over the input and makes its states, [T, H x directions], the next layer's input.</summary>
    private void RunLayer(CellWeights[] directions, int length)
    {
        int inputWidth = directions == _scorer.Layers[0] ? _shape.InputSize : StateWidth;
        for (int direction = 0; direction < directions.Length; direction++)
            RunDirection(directions[direction], direction, length, inputWidth);
        (_input, _states) = (_states, _input);
    }

    private void RunDirection(CellWeights cell, int direction, int length, int inputWidth)
    {
        int offset = direction * _shape.HiddenSize;
        Span<float> h = _final.AsSpan(offset, _shape.HiddenSize);
        h.Clear();
        _cell.AsSpan().Clear();
        for (int step = 0; step < length; step++)
        {
            int t = direction == 0 ? step : length - 1 - step;
            cell.Step(_input.AsSpan(t * inputWidth, inputWidth), h, _cell, _gates);
            h.CopyTo(_states.AsSpan(t * StateWidth + offset));
        }
    }

    /// <summary>The last layer's states as one vector: last, mean, max, those asked for. Of an empty sequence, zeros.</summary>
    private void Pool(int length)
    {
        ReadOnlySpan<float> states = _input.AsSpan(0, length * StateWidth);
        Span<float> target = _pooled;
        if ((_shape.Pooling & Pooling.Last) != 0)
        {
            _final.CopyTo(target);
            target = target[StateWidth..];
        }
        if ((_shape.Pooling & Pooling.Mean) != 0)
        {
            Mean(states, length, target[..StateWidth]);
            target = target[StateWidth..];
        }
        if ((_shape.Pooling & Pooling.Max) != 0)
            Max(states, length, target[..StateWidth]);
    }

    private static void Mean(ReadOnlySpan<float> states, int length, Span<float> mean)
    {
        mean.Clear();
        for (int t = 0; t < length; t++)
            for (int j = 0; j < mean.Length; j++)
                mean[j] += states[t * mean.Length + j];
        if (length > 0)
            for (int j = 0; j < mean.Length; j++)
                mean[j] /= length;
    }

    private static void Max(ReadOnlySpan<float> states, int length, Span<float> max)
    {
        max.Fill(length > 0 ? float.NegativeInfinity : 0);
        for (int t = 0; t < length; t++)
            for (int j = 0; j < max.Length; j++)
                max[j] = Math.Max(max[j], states[t * max.Length + j]);
    }

    private void RunHead(Span<float> outputs)
    {
        _pooled.CopyTo(_headIn, 0);
        int width = _pooled.Length;
        for (int layer = 0; layer < _scorer.Head.Length; layer++)
        {
            DenseLayer dense = _scorer.Head[layer];
            bool isLast = layer == _scorer.Head.Length - 1;
            Span<float> y = isLast ? outputs : _headOut.AsSpan(0, dense.Output);
            dense.Apply(_headIn.AsSpan(0, width), y);
            if (isLast)
                return;
            for (int j = 0; j < y.Length; j++)
                _headIn[j] = Math.Max(0, y[j]);
            width = y.Length;
        }
    }

    private void ToLabelUnits(Span<float> outputs)
    {
        if (_scorer.Network.LabelScaling is FeatureScaling scaling)
            for (int i = 0; i < outputs.Length; i++)
                outputs[i] = outputs[i] * scaling.Deviation[i] + scaling.Mean[i];
    }

    private static void Grow(ref float[] buffer, long length)
    {
        if (length > Array.MaxLength)
            throw new InvalidOperationException($"A sequence is too long to be scored: its states are {length} numbers, and {Array.MaxLength} are the most. Split it.");
        if (buffer.Length < length)
            buffer = new float[Math.Max(length, Math.Min(2L * buffer.Length, Array.MaxLength))];
    }
}
