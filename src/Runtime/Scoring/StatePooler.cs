using RnnMlNet.Runtime.Poolings;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// Pools the states of a row or of a series by each of a network's poolings, one vector behind the other. Scratch memory for one thread.
/// </summary>
internal sealed class StatePooler
{
    private readonly Part[] _parts;
    private readonly int _width;

    public StatePooler(PackedNetwork network)
    {
        _width = network.Shape.StateWidth;
        _parts = new Part[network.Poolings.Count];
        int floats = 0,
            doubles = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            var (pooling, weights) = network.Poolings[i];
            Range ownFloats = floats..(floats += pooling.FloatsOf(_width)),
                ownDoubles = doubles..(doubles += pooling.DoublesOf(_width));
            _parts[i] = new Part(pooling.NewScorer(_width, weights), ownFloats, ownDoubles);
        }
    }

    /// <summary>Pools a row.</summary>
    /// <param name="states">[T, D]; empty where <see cref="PackedNetwork.PoolsSteps"/> is false.</param>
    /// <param name="last">[D] each direction's final state.</param>
    /// <param name="pooled">[poolings, D], overwritten.</param>
    public void Row(ReadOnlySpan<float> states, ReadOnlySpan<float> last, Span<float> pooled)
    {
        for (int i = 0; i < _parts.Length; i++)
            _parts[i].Scorer.Row(states, last, pooled.Slice(i * _width, _width));
    }

    /// <summary>Adds a step of a series.</summary>
    /// <param name="state">[D] the step's states.</param>
    /// <param name="before">Steps before it.</param>
    /// <param name="floats">[<see cref="SeriesState.PoolingFloats"/>] what the poolings keep of the series, one behind the other.</param>
    /// <param name="doubles">[<see cref="SeriesState.PoolingDoubles"/>] likewise.</param>
    public void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles)
    {
        foreach (Part part in _parts)
            part.Scorer.Add(state, before, floats[part.Floats], doubles[part.Doubles]);
    }

    /// <summary>Pools the steps that a series has had; of none, zeros.</summary>
    /// <param name="last">[D] the state after the last of them.</param>
    /// <param name="steps">How many.</param>
    /// <param name="floats">As in <see cref="Add"/>.</param>
    /// <param name="doubles">As in <see cref="Add"/>.</param>
    /// <param name="pooled">[poolings, D], overwritten.</param>
    public void SoFar(ReadOnlySpan<float> last, long steps, ReadOnlySpan<float> floats, ReadOnlySpan<double> doubles, Span<float> pooled)
    {
        for (int i = 0; i < _parts.Length; i++)
        {
            Part part = _parts[i];
            part.Scorer.SoFar(last, steps, floats[part.Floats], doubles[part.Doubles], pooled.Slice(i * _width, _width));
        }
    }

    // A pooling, and which of the values that are kept of a series are its own.
    private sealed record Part(PoolingScorer Scorer, Range Floats, Range Doubles);
}
