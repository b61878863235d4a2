namespace RnnMlNet.Engines.Simd.Training;

/// <summary>States at the steps of a micro-batch's rows, all directions together, and their gradients.</summary>
internal interface IStepStates
{
    /// <summary>The rows' step that step 0 is here: not 0 where the states are a segment's.</summary>
    int FirstStep { get; }

    /// <summary>All directions' states at a step of the sequence.</summary>
    void StatesAt(int step, int row, Span<float> states);

    /// <summary>Adds to the gradient of all directions' states at a step of the sequence.</summary>
    void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient);
}

/// <summary>The states of a recurrent layer over a micro-batch's steps, and their gradients.</summary>
internal abstract unsafe class LayerStates : IStepStates
{
    /// <summary>1 or 2.</summary>
    public abstract int Directions { get; }

    /// <inheritdoc/>
    public virtual int FirstStep => 0;

    /// <summary>A direction's state after some of its own steps; after all of the row's, its last.</summary>
    public abstract ReadOnlySpan<float> State(int direction, int steps, int row);

    /// <inheritdoc/>
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

    /// <inheritdoc/>
    public abstract void AddOutputGradient(int step, int row, ReadOnlySpan<float> gradient);
}

/// <summary>Reads the states of layers segment by segment, and gives their gradients.</summary>
internal interface ISegmentReader
{
    /// <summary>Whether states of steps before a row's last have gradients.</summary>
    bool UsesSteps { get; }

    /// <summary>Reads the states of a segment, after those of the direction's segments before it.</summary>
    void Read(int direction, MicroBatch segment, LayerStates layer);

    /// <summary>Adds to the gradients of the states of a segment.</summary>
    void AddGradients(int direction, MicroBatch segment, LayerStates layer);
}
