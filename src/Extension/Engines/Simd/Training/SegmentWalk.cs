using RnnMlNet.Runtime.Kernels;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Layers of one direction that run over a micro-batch's segments, one after the other in the direction's order, and keep only the states
/// between them. A segment's activations are computed again from the states before it.
/// </summary>
/// <param name="chain">The layers.</param>
/// <param name="direction">0 or 1.</param>
/// <param name="reader">Reads the uppermost layer's states; null where the readout runs segment by segment itself.</param>
internal sealed unsafe class SegmentWalk(LayerChain chain, int direction, ISegmentReader? reader)
{
    // For each layer, [segments + 1, n, StateSize]: the states before the first segment, and after each.
    private readonly AlignedBuffer[] _states = [.. chain.Layers.Select(_ => new AlignedBuffer())];
    private readonly MicroBatch _segment = new();
    private MicroBatch _whole = new();
    private int _steps;

    public LayerChain Chain => chain;

    public int Direction => direction;

    public ISegmentReader? Reader => reader;

    /// <summary>Number of segments.</summary>
    public int Segments { get; private set; }

    /// <summary>Starts over with other rows, from their initial states.</summary>
    /// <param name="microBatch">The whole rows.</param>
    /// <param name="segments">Number of segments.</param>
    /// <param name="steps">Steps of each.</param>
    public void Start(MicroBatch microBatch, int segments, int steps)
    {
        (_whole, Segments, _steps) = (microBatch, segments, steps);
        for (int l = 0; l < _states.Length; l++)
        {
            long size = (long)microBatch.Count * chain.Layers[l].StateSize;
            _states[l].Reserve((segments + 1) * size);
            _states[l].Clear((int)size);
        }
        chain.WriteInitial(_states[0].Start);
    }

    /// <summary>Runs over the next segment, and keeps the states after it.</summary>
    /// <param name="place">Number of segments before it, in the direction's order.</param>
    public MicroBatch Forward(int place)
    {
        MicroBatch segment = Again(place);
        for (int l = 0; l < _states.Length; l++)
        for (int row = 0; row < segment.Count; row++)
        {
            LayerPass layer = chain.Layers[l];
            layer.LastState(row).CopyTo(new Span<float>(StatesBefore(l, place + 1) + (long)row * layer.StateSize, layer.StateSize));
        }
        return segment;
    }

    /// <summary>Computes the activations of a segment again.</summary>
    /// <param name="place">As in <see cref="Forward"/>, of any of the segments that it has run over.</param>
    public MicroBatch Again(int place)
    {
        for (int l = 0; l < _states.Length; l++)
            chain.Layers[l].StatesBefore = StatesBefore(l, place);
        _segment.TakeSegment(_whole, direction == 0 ? place : Segments - 1 - place, _steps);
        chain.Forward(_segment);
        return _segment;
    }

    /// <summary>Begins the backward pass, at the last segment.</summary>
    public void StartBackward()
    {
        foreach (LayerPass layer in chain.Layers)
            layer.StartBackward();
    }

    private float* StatesBefore(int layer, int place) => _states[layer].Start + (long)place * _whole.Count * chain.Layers[layer].StateSize;
}
