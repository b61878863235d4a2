namespace RnnMlNet.Engines.Simd.Training;

/// <summary>The states of a recurrent layer over a micro-batch's steps, and their gradients.</summary>
internal abstract unsafe class LayerStates
{
    /// <summary>1 or 2.</summary>
    public abstract int Directions { get; }

    /// <summary>The rows' step that step 0 is here: not 0 where the states are a segment's.</summary>
    public virtual int FirstStep => 0;

    /// <summary>A direction's state after some of its own steps; after all of the row's, its last.</summary>
    public abstract ReadOnlySpan<float> State(int direction, int steps, int row);

    /// <summary>All directions' states at a step of the sequence.</summary>
    public abstract void StatesAt(int step, int row, Span<float> states);

    /// <summary>
    /// The gradient of a direction's state after some of its own steps (after 1 where only the last state has one), to be added to.
    /// </summary>
    public abstract Span<float> OutputGradient(int direction, int steps, int row);

    /// <summary>The gradients of a row's states of a direction, from that after one of its own steps.</summary>
    /// <param name="direction">The direction.</param>
    /// <param name="row">The row.</param>
    /// <param name="stride">Elements from one to that after a further step.</param>
    public abstract float* OutputGradients(int direction, int row, out nint stride);

    /// <summary>Adds to the gradient of all directions' states at a step of the sequence.</summary>
    public abstract void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient);
}
