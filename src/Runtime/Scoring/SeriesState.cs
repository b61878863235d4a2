using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// A network's state after the steps of a series so far: the state of each layer, and the running pools. All zeros before the first step.
/// Without the padding of any kernel, so that it is portable between machines.
/// </summary>
internal sealed class SeriesState(NetworkShape shape)
{
    /// <summary>T, the time steps so far.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// For a network that reads k time steps as one: the values of the incomplete patch, at most k - 1 steps; the rest of the array is
    /// undefined.
    /// </summary>
    public float[] Pending { get; private init; } = new float[shape.TimeStepValues * (shape.PatchLength - 1)];

    /// <summary>The state of the <see cref="InputEncoder"/>.</summary>
    public float[] Encoder { get; private init; } = new float[InputEncoder.StateSizeOf(shape)];

    /// <summary>The static values of the last row; zeros before the first.</summary>
    public float[] Static { get; private init; } = new float[shape.StaticFeatures];

    /// <summary>
    /// For each layer h [H], for LSTM followed by c [H]; with max pooling, after all layers the largest h of the last one [H].
    /// </summary>
    public float[] Numbers { get; private init; } =
        new float[shape.HiddenSize * shape.Layers * shape.CellDefinition.States + PoolingFloats(shape)];

    /// <summary>The poolings' values in double precision: sums over a stream that may be long.</summary>
    public double[] Sums { get; private init; } = new double[PoolingDoubles(shape)];

    public SeriesState Copy() =>
        new(shape)
        {
            Steps = Steps,
            Pending = [.. Pending],
            Encoder = [.. Encoder],
            Static = [.. Static],
            Numbers = [.. Numbers],
            Sums = [.. Sums],
        };

    /// <summary>A state read from a file.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="steps">T.</param>
    /// <param name="pending">As many as <see cref="Pending"/> of a new state.</param>
    /// <param name="encoder">As many as <see cref="Encoder"/> of a new state.</param>
    /// <param name="statics">As many as <see cref="Static"/> of a new state.</param>
    /// <param name="numbers">As many as <see cref="Numbers"/> of a new state.</param>
    /// <param name="sums">As many as <see cref="Sums"/> of a new state.</param>
    public static SeriesState Of(
        NetworkShape shape,
        long steps,
        float[] pending,
        float[] encoder,
        float[] statics,
        float[] numbers,
        double[] sums
    ) =>
        new(shape)
        {
            Steps = steps,
            Pending = pending,
            Encoder = encoder,
            Static = statics,
            Numbers = numbers,
            Sums = sums,
        };

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
