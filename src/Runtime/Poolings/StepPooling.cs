namespace RnnMlNet.Runtime.Poolings;

/// <summary>
/// A pooling of the last layer's states over a row's steps into one vector [D], D being the width of a step's states in both directions:
/// its complete description, except for torch. Only valid steps count; a row without steps is pooled to zeros.
/// </summary>
internal abstract class StepPooling
{
    /// <summary>Whether it reads the states of all steps, not the last alone.</summary>
    public virtual bool ReadsEveryStep => true;

    /// <summary>The weights that it learns; null for none.</summary>
    /// <param name="width">D.</param>
    public virtual PoolingWeights? Weights(int width) => null;

    /// <summary>Number of values in single precision kept for a series, zeros before its first step.</summary>
    /// <param name="width">D.</param>
    public virtual int FloatsOf(int width) => 0;

    /// <summary>Number of values in double precision kept for a series: sums over many steps.</summary>
    /// <param name="width">D.</param>
    public virtual int DoublesOf(int width) => 0;

    /// <summary>The pooling by its equations, in double precision: the reference that the vector code is held to.</summary>
    /// <param name="states">[T, D]; T may be 0.</param>
    /// <param name="last">[D] each direction's final state.</param>
    /// <param name="weights">Its weights; empty if it has none.</param>
    /// <returns>[D].</returns>
    public abstract double[] Pool(double[][] states, double[] last, float[] weights);

    /// <summary>Its part of scoring, with scratch memory for one thread.</summary>
    /// <param name="width">D.</param>
    /// <param name="weights">Its weights; empty if it has none.</param>
    public abstract PoolingScorer NewScorer(int width, float[] weights);

    /// <summary>Its part of training, with scratch memory for one thread.</summary>
    /// <param name="width">D.</param>
    public abstract PoolingTraining NewTraining(int width);

    /// <summary>
    /// Its part of training where states come segment by segment; null where it needs a row's states, or both directions', at once: they
    /// are then kept.
    /// </summary>
    /// <param name="directions">1, or 2, of which each is pooled apart.</param>
    /// <param name="width">Width of a direction's states.</param>
    public virtual SegmentPooling? NewSegmentTraining(int directions, int width) => null;

    /// <summary>Adds the pooling to an ONNX graph; null where there is no such part.</summary>
    /// <returns>Name of the vectors, Single [batch, D]; those of rows without steps may be anything.</returns>
    public virtual string? AddNodes(IStateNodes states) => null;
}

/// <summary>The weights of a pooling, initially uniform.</summary>
/// <param name="Name">By PyTorch's names, as in <c>attention.weight</c>.</param>
/// <param name="Shape">Their sides.</param>
/// <param name="Limit">The initial values lie in ±limit.</param>
internal sealed record PoolingWeights(string Name, IReadOnlyList<int> Shape, double Limit);

/// <summary>The scoring part of a pooling: a series step after step, a row, or several rows side by side. For one thread.</summary>
/// <param name="pooling">The pooling.</param>
/// <param name="width">D.</param>
internal abstract class PoolingScorer(StepPooling pooling, int width)
{
    private readonly float[] _floats = new float[pooling.FloatsOf(width)];
    private readonly double[] _doubles = new double[pooling.DoublesOf(width)];

    /// <summary>Adds a step of a series.</summary>
    /// <param name="state">[D] the step's states.</param>
    /// <param name="before">Steps before it.</param>
    /// <param name="floats">[<see cref="StepPooling.FloatsOf"/>] what is kept of the series.</param>
    /// <param name="doubles">[<see cref="StepPooling.DoublesOf"/>] likewise.</param>
    public abstract void Add(ReadOnlySpan<float> state, long before, Span<float> floats, Span<double> doubles);

    /// <summary>Pools the steps that a series has had; of none, zeros.</summary>
    /// <param name="last">[D] the state after the last of them.</param>
    /// <param name="steps">How many.</param>
    /// <param name="floats">What is kept of the series.</param>
    /// <param name="doubles">The values kept in double precision.</param>
    /// <param name="pooled">[D], overwritten.</param>
    public abstract void SoFar(
        ReadOnlySpan<float> last,
        long steps,
        ReadOnlySpan<float> floats,
        ReadOnlySpan<double> doubles,
        Span<float> pooled
    );

    /// <summary>Pools a row; of no steps, zeros.</summary>
    /// <param name="states">[T, D]; of a pooling that reads the last state alone, this may be empty.</param>
    /// <param name="last">[D] each direction's final state.</param>
    /// <param name="pooled">[D], overwritten.</param>
    public virtual void Row(ReadOnlySpan<float> states, ReadOnlySpan<float> last, Span<float> pooled)
    {
        Array.Clear(_floats);
        Array.Clear(_doubles);
        int steps = states.Length / width;
        for (int step = 0; step < steps; step++)
            Add(states.Slice(step * width, width), step, _floats, _doubles);
        SoFar(last, steps, _floats, _doubles, pooled);
    }

    /// <summary>
    /// Pools several rows side by side while their steps are computed; null for a pooling that has each <see cref="Row"/> only.
    /// </summary>
    public virtual RowsPooling? NewRows() => null;
}

/// <summary>
/// Pools several rows side by side, the directions one after the other, value by value: a state's values have the padding of the kernels.
/// </summary>
internal abstract class RowsPooling
{
    /// <summary>Makes room for the states of all rows at a step.</summary>
    /// <param name="size">Their values.</param>
    public virtual void Reserve(int size) { }

    /// <summary>Begins a direction.</summary>
    /// <param name="size">Values of the states of all rows at a step.</param>
    public virtual void Begin(int size) { }

    /// <summary>Adds a step.</summary>
    /// <param name="states">The states of the rows that still run, the first ones.</param>
    /// <param name="isFirst">Whether it is the first step.</param>
    public virtual void Add(ReadOnlySpan<float> states, bool isFirst) { }

    /// <summary>Writes a row's part of the direction.</summary>
    /// <param name="start">Where the row's values stand among those of a step.</param>
    /// <param name="length">Its steps.</param>
    /// <param name="last">[H] its final state; zeros of a row without steps.</param>
    /// <param name="pooled">[H], overwritten.</param>
    public abstract void Write(int start, int length, ReadOnlySpan<float> last, Span<float> pooled);
}
