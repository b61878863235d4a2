namespace RnnMlNet.Scoring;

/// <summary>
/// Size limits of a block, so that memory stays bounded for any rows: a block is full at the first row that reaches one of the limits.
/// </summary>
/// <param name="Rows">Most rows.</param>
/// <param name="Steps">Steps of all rows together.</param>
/// <param name="Values">Features and other vector values of all rows together, those of the passed columns included.</param>
internal readonly record struct BlockLimits(int Rows, int Steps, int Values)
{
    /// <summary>A block that a core scores in well under a millisecond with a small network, and that stays in its cache.</summary>
    public static BlockLimits Cpu { get; } = new(Rows: 256, Steps: 1 << 15, Values: 1 << 20);

    /// <summary>A GPU is fast only with many rows at once.</summary>
    public static BlockLimits Gpu { get; } = new(Rows: 4096, Steps: 1 << 19, Values: 1 << 23);
}
