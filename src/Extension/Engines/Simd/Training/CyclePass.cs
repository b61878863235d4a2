using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The learned cycle of a forecasting network in the forward and backward pass over a micro-batch.</summary>
internal sealed unsafe class CyclePass
{
    private readonly CycleShape _cycle;
    private readonly long _place;

    private CyclePass(CycleShape cycle, long place)
    {
        _cycle = cycle;
        _place = place;
    }

    /// <summary>That of a network; null where it has no cycle.</summary>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="map">Layout of the weights.</param>
    public static CyclePass? Of(NetworkShape shape, ParameterMap map) =>
        shape.Cycle is CycleShape cycle ? new CyclePass(cycle, map.Cycle[0]) : null;

    /// <summary>Subtracts the cycle from a row's steps.</summary>
    /// <param name="microBatch">The rows, or a segment of their steps.</param>
    /// <param name="row">The row.</param>
    /// <param name="steps">Its steps, from the first of the micro-batch on.</param>
    /// <param name="stride">Elements from one step to the next.</param>
    /// <param name="weights">All weights.</param>
    public void Subtract(MicroBatch microBatch, int row, Span<float> steps, int stride, float* weights)
    {
        ReadOnlySpan<float> cycle = Of(weights, microBatch, row);
        for (int t = 0; t < microBatch.Length(row); t++)
            _cycle.Subtract(cycle, microBatch.Phase(row), microBatch.First + t, steps[(t * stride)..]);
    }

    /// <summary>The backward pass of <see cref="Subtract"/> at a step.</summary>
    /// <param name="microBatch">The rows, or a segment of their steps.</param>
    /// <param name="row">The row.</param>
    /// <param name="step">The step, counted from the first of the micro-batch.</param>
    /// <param name="back">The gradient of what the network reads there.</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    public void SubtractBackward(MicroBatch microBatch, int row, int step, ReadOnlySpan<float> back, float* gradient) =>
        _cycle.SubtractBackward(back, microBatch.Phase(row), microBatch.First + step, Of(gradient, microBatch, row));

    /// <summary>The cycle of a row's outputs.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="first">The step of the first of the outputs, counted from the horizon's first.</param>
    /// <param name="outputs">[steps, outputs of a step], added to.</param>
    /// <param name="weights">All weights.</param>
    public void Add(MicroBatch microBatch, int row, int first, Span<float> outputs, float* weights) =>
        _cycle.Add(Of(weights, microBatch, row), microBatch.Phase(row), first, outputs);

    /// <summary>The backward pass of <see cref="Add"/>.</summary>
    /// <param name="microBatch">The rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="first">The step of the first of the outputs.</param>
    /// <param name="back">The gradient of the outputs.</param>
    /// <param name="gradient">The gradient of all weights, added to.</param>
    public void AddBackward(MicroBatch microBatch, int row, int first, ReadOnlySpan<float> back, float* gradient) =>
        _cycle.AddBackward(back, microBatch.Phase(row), first, Of(gradient, microBatch, row));

    // [L] of the row's channel, among all weights or their gradients.
    private Span<float> Of(float* all, MicroBatch microBatch, int row) =>
        new(all + _place + (long)microBatch.Channel(row) * _cycle.Length, _cycle.Length);
}

/// <summary>The cycle of one row's outputs; of default none.</summary>
/// <param name="pass">Computes it; null for none.</param>
/// <param name="microBatch">The rows.</param>
/// <param name="row">The row.</param>
internal readonly unsafe struct CycleOfRow(CyclePass? pass, MicroBatch microBatch, int row)
{
    /// <summary>Adds it to all outputs of the row.</summary>
    public void Add(Span<float> outputs, float* weights) => pass?.Add(microBatch, row, 0, outputs, weights);

    /// <summary>The backward pass of <see cref="Add"/>.</summary>
    public void AddBackward(ReadOnlySpan<float> back, float* gradient) => pass?.AddBackward(microBatch, row, 0, back, gradient);
}
