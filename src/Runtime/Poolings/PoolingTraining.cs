namespace RnnMlNet.Runtime.Poolings;

/// <summary>The training part of a pooling in C#, one row after the other. For one thread.</summary>
internal abstract unsafe class PoolingTraining
{
    /// <summary>Pools a row.</summary>
    /// <param name="weights">The pooling's weights; of no meaning without.</param>
    /// <param name="row">The row, of at least one step.</param>
    /// <param name="pooled">[D], zeros before.</param>
    public abstract void Forward(float* weights, TrainedRow row, Span<float> pooled);

    /// <summary>Adds to the gradients of the states of the row last pooled, and of the weights.</summary>
    /// <param name="weights">As in <see cref="Forward"/>.</param>
    /// <param name="row">The row.</param>
    /// <param name="gradient">[D] the gradient of the pooled vector.</param>
    /// <param name="weightGradient">Of the pooling's weights, added to.</param>
    public abstract void Backward(float* weights, TrainedRow row, ReadOnlySpan<float> gradient, float* weightGradient);
}

/// <summary>
/// The training part of a pooling in C# for rows whose states come segment by segment, because they are too long to keep them all: one row,
/// and with two directions one direction of it, in its own order of steps. For one thread.
/// </summary>
internal abstract unsafe class SegmentPooling
{
    /// <summary>Adds a segment's states to those of the row's segments before it; the first one starts over with another row.</summary>
    /// <param name="weights">The pooling's weights; of no meaning without.</param>
    /// <param name="segment">The states, of at least one step.</param>
    public abstract void Add(float* weights, TrainedRow segment);

    /// <summary>Pools the row, after its last segment.</summary>
    /// <param name="length">T, the row's steps.</param>
    /// <param name="pooled">[width], overwritten.</param>
    public abstract void Pool(int length, Span<float> pooled);

    /// <summary>Adds to the gradients of a segment's states, and of the weights; in any order of segments, after the last
    /// <see cref="Add"/>.</summary>
    /// <param name="weights">As in <see cref="Add"/>.</param>
    /// <param name="segment">The segment, with the same states.</param>
    /// <param name="gradient">[width] the gradient of the pooled vector.</param>
    /// <param name="weightGradient">Of the pooling's weights, added to.</param>
    public abstract void Backward(float* weights, TrainedRow segment, ReadOnlySpan<float> gradient, float* weightGradient);
}

/// <summary>The states of a row in training, or of a segment of its steps, after the forward pass, and their gradients.</summary>
internal abstract unsafe class TrainedRow
{
    /// <summary>T, the steps.</summary>
    public abstract int Length { get; }

    /// <summary>The row's steps before these, in the direction's own order; 0 for a whole row.</summary>
    public virtual int Before => 0;

    /// <summary>The whole row's steps.</summary>
    public virtual int RowLength => Length;

    /// <summary>1 or 2.</summary>
    public abstract int Directions { get; }

    /// <summary>A direction's state [H] after some of its own steps, of 1 to T; the backward one's begin at the row's end.</summary>
    public abstract ReadOnlySpan<float> State(int direction, int steps);

    /// <summary>The gradient [H] of <see cref="State"/>, to be added to.</summary>
    public abstract Span<float> Gradient(int direction, int steps);

    /// <summary>The gradients of all of a direction's states, where they are scattered to.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="stride">Elements from the gradient of the state after one step to that after two, and so on.</param>
    /// <returns>The gradient of the state after one step.</returns>
    public abstract float* Gradients(int direction, out nint stride);

    /// <summary>Copies all directions' states [D] at a step of the sequence, from 0.</summary>
    public abstract void CopyStates(int step, Span<float> states);

    /// <summary>Adds to the gradients [D] of all directions' states at a step of the sequence, from 0.</summary>
    public abstract void AddGradient(int step, ReadOnlySpan<float> gradient);
}
