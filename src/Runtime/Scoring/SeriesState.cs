using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Runtime.Scoring;

/// <summary>
/// What a network keeps of the steps that a series has had: the state of each layer, and what is pooled so far. All zeros before the first
/// step. Without the padding of any kernel, so that it means the same on every machine.
/// </summary>
internal sealed class SeriesState(NetworkShape shape)
{
    /// <summary>T, the time steps there have been.</summary>
    public long Steps { get; set; }

    /// <summary>
    /// Of a network that reads k time steps as one: the values of those that are not a whole patch yet, at most k - 1, and behind them
    /// anything.
    /// </summary>
    public float[] Pending { get; private init; } = new float[shape.Features / shape.PatchLength * (shape.PatchLength - 1)];

    /// <summary>
    /// Of each layer h [H], of LSTM followed by c [H]; behind all layers what the poolings keep in single precision.
    /// </summary>
    public float[] Numbers { get; private init; } =
        new float[shape.HiddenSize * shape.Layers * shape.CellDefinition.States + PoolingFloats(shape)];

    /// <summary>What the poolings keep in double precision: sums over a stream that may be long.</summary>
    public double[] Sums { get; private init; } = new double[PoolingDoubles(shape)];

    public SeriesState Copy() =>
        new(shape)
        {
            Steps = Steps,
            Pending = [.. Pending],
            Numbers = [.. Numbers],
            Sums = [.. Sums],
        };

    /// <summary>The state that a file holds.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="steps">T.</param>
    /// <param name="pending">As many as <see cref="Pending"/> of a new state.</param>
    /// <param name="numbers">As many as <see cref="Numbers"/> of a new state.</param>
    /// <param name="sums">As many as <see cref="Sums"/> of a new state.</param>
    public static SeriesState Of(NetworkShape shape, long steps, float[] pending, float[] numbers, double[] sums) =>
        new(shape)
        {
            Steps = steps,
            Pending = pending,
            Numbers = numbers,
            Sums = sums,
        };

    /// <summary>Takes over what another one is, of the same network.</summary>
    public void CopyFrom(SeriesState other)
    {
        Steps = other.Steps;
        other.Pending.CopyTo(Pending, 0);
        other.Numbers.CopyTo(Numbers, 0);
        other.Sums.CopyTo(Sums, 0);
    }

    /// <summary>How many of <see cref="Numbers"/>, the last ones, are the poolings'.</summary>
    public static int PoolingFloats(NetworkShape shape) => shape.Poolings.Sum(pooling => pooling.FloatsOf(shape.StateWidth));

    /// <summary>How many <see cref="Sums"/> there are.</summary>
    public static int PoolingDoubles(NetworkShape shape) => shape.Poolings.Sum(pooling => pooling.DoublesOf(shape.StateWidth));
}
