using RnnMlNet.Networks;

namespace RnnMlNet.Scoring;

/// <summary>
/// What a network keeps of the steps that a series has had: the state of each layer, and what is pooled so far. All zeros before the first
/// step. Without the padding of any kernel, so that it means the same on every machine.
/// </summary>
internal sealed class SeriesState(NetworkShape shape)
{
    /// <summary>T, the steps there have been.</summary>
    public long Steps { get; set; }

    /// <summary>Of each layer h [H], of LSTM followed by c [H]; with max pooling, behind all layers the largest h of the last one [H].</summary>
    public float[] Numbers { get; private init; } = new float[shape.HiddenSize * (shape.Layers * (shape.Cell == CellKind.Lstm ? 2 : 1) + Of(shape, Pooling.Max))];

    /// <summary>
    /// With mean pooling, the sum of the last layer's h over the steps [H]; behind it, with attention, its sums (<see cref="AttentionPooling.SumsOf"/>). In
    /// double precision, because a stream may be long.
    /// </summary>
    public double[] Sums { get; private init; } = new double[SumsOf(shape, Pooling.Mean) + SumsOf(shape, Pooling.Attention)];

    public SeriesState Copy() => new(shape) { Steps = Steps, Numbers = [.. Numbers], Sums = [.. Sums] };

    /// <summary>The state that a file holds.</summary>
    /// <param name="shape">The network.</param>
    /// <param name="steps">T.</param>
    /// <param name="numbers">As many as <see cref="Numbers"/> of a new state.</param>
    /// <param name="sums">As many as <see cref="Sums"/> of a new state.</param>
    public static SeriesState Of(NetworkShape shape, long steps, float[] numbers, double[] sums) => new(shape) { Steps = steps, Numbers = numbers, Sums = sums };

    /// <summary>How many of <see cref="Sums"/> are a pooling's.</summary>
    public static int SumsOf(NetworkShape shape, Pooling pooling) =>
        Of(shape, pooling) * (pooling == Pooling.Attention ? AttentionPooling.SumsOf(shape.HiddenSize) : shape.HiddenSize);

    private static int Of(NetworkShape shape, Pooling pooling) => (shape.Pooling & pooling) != 0 ? 1 : 0;
}
