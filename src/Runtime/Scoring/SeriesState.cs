using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// What is kept of the steps of a series so far: the state of each layer, and the running pools; or its last steps themselves. All zeros
/// before the first step. Without the padding of any kernel, so that it is portable between machines.
/// </summary>
internal sealed class SeriesState
{
    /// <summary>A network's state before the first step.</summary>
    /// <param name="shape">The network.</param>
    public SeriesState(NetworkShape shape)
        : this(
            new float[shape.TimeStepValues * (shape.PatchLength - 1)],
            new float[InputEncoder.StateSizeOf(shape)],
            new float[shape.StaticFeatures],
            new float[
                StreamConvolutions.StateSizeOf(shape) + shape.HiddenSize * shape.Layers * shape.CellDefinition.States + PoolingFloats(shape)
            ],
            new double[PoolingDoubles(shape)]
        ) { }

    private SeriesState(float[] pending, float[] encoder, float[] statics, float[] numbers, double[] sums)
    {
        (Pending, Encoder, Static, Numbers, Sums) = (pending, encoder, statics, numbers, sums);
    }

    /// <summary>T, the time steps so far.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// For a network that reads k time steps as one: the values of the incomplete patch, at most k - 1 steps; of a window: those of its
    /// steps. The rest of the array is undefined.
    /// </summary>
    public float[] Pending { get; }

    /// <summary>The state of the <see cref="InputEncoder"/>.</summary>
    public float[] Encoder { get; }

    /// <summary>The static values of the last row; zeros before the first.</summary>
    public float[] Static { get; }

    /// <summary>
    /// What the convolutions keep of the last steps; for each layer h [H], followed by the cell's other states, for LSTM c [H]; with max
    /// pooling, after all layers the largest h of the last one [H].
    /// </summary>
    public float[] Numbers { get; }

    /// <summary>The poolings' values in double precision: sums over a stream that may be long.</summary>
    public double[] Sums { get; }

    /// <summary>The last steps of a series, before the first.</summary>
    /// <param name="length">The most steps.</param>
    /// <param name="values">Values of a step; 1 for tokens.</param>
    public static SeriesState OfWindow(int length, int values) => new(new float[checked(length * values)], [], [], [], []);

    public SeriesState Copy() => new([.. Pending], [.. Encoder], [.. Static], [.. Numbers], [.. Sums]) { Steps = Steps };

    /// <summary>A state with other values.</summary>
    /// <param name="steps">T.</param>
    /// <param name="pending">As many as <see cref="Pending"/> of a new state.</param>
    /// <param name="encoder">As many as <see cref="Encoder"/> of a new state.</param>
    /// <param name="statics">As many as <see cref="Static"/> of a new state.</param>
    /// <param name="numbers">As many as <see cref="Numbers"/> of a new state.</param>
    /// <param name="sums">As many as <see cref="Sums"/> of a new state.</param>
    public static SeriesState Of(long steps, float[] pending, float[] encoder, float[] statics, float[] numbers, double[] sums) =>
        new(pending, encoder, statics, numbers, sums) { Steps = steps };

    /// <summary>Copies another state of the same network.</summary>
    public void CopyFrom(SeriesState other)
    {
        Steps = other.Steps;
        other.Pending.CopyTo(Pending, 0);
        other.Encoder.CopyTo(Encoder, 0);
        other.Static.CopyTo(Static, 0);
        other.Numbers.CopyTo(Numbers, 0);
        other.Sums.CopyTo(Sums, 0);
    }

    /// <summary>How many of <see cref="Numbers"/>, the last ones, are the poolings'.</summary>
    public static int PoolingFloats(NetworkShape shape) => shape.Poolings.Sum(pooling => pooling.FloatsOf(shape.StateWidth));

    /// <summary>How many <see cref="Sums"/> there are.</summary>
    public static int PoolingDoubles(NetworkShape shape) => shape.Poolings.Sum(pooling => pooling.DoublesOf(shape.StateWidth));
}
