namespace RnnMlNet;

/// <summary>Treatment of times without a row.</summary>
public enum SequenceGapRule
{
    /// <summary>An error that names the place.</summary>
    Refuse,

    /// <summary>A step that repeats the values before it.</summary>
    Fill,

    /// <summary>A step that repeats the values before it, and a further feature: 1 where the step has no row, else 0.</summary>
    Mask,

    /// <summary>A new sequence after the gap.</summary>
    NewSequence,
}

/// <summary>
/// The time from one step of a sequence to the next, and what becomes of times without a row. Without it, the rows of a key are its steps,
/// however far apart.
/// </summary>
/// <remarks>
/// A time step is a number and a unit (<c>"10 minutes"</c>, <c>"1 hour"</c>, <c>"day"</c>, <c>"business day"</c>, <c>"month"</c>), a
/// TimeSpan (<c>"00:05:00"</c>), a duration (<c>"PT15M"</c>), or a whole number where times are numbers (<c>"1"</c>).
/// </remarks>
public sealed class SequenceGaps
{
    /// <summary>Default of <see cref="MaxFilledSteps"/>.</summary>
    internal const int DefaultMaxFilledSteps = 1000;

    private SequenceGaps(SequenceGapRule rule, string timeStep, int maxFilledSteps)
    {
        (Rule, TimeStep, MaxFilledSteps) = (rule, timeStep, maxFilledSteps);
    }

    /// <summary>The treatment.</summary>
    public SequenceGapRule Rule { get; }

    /// <summary>The time from one step to the next.</summary>
    public string TimeStep { get; }

    /// <summary>Most steps that one gap is filled with: a wider one is an error.</summary>
    public int MaxFilledSteps { get; }

    /// <summary>A time without a row is an error, and so is a time between two steps.</summary>
    /// <param name="timeStep">The time from one step to the next.</param>
    /// <returns>The rule.</returns>
    public static SequenceGaps Refuse(string timeStep) => new(SequenceGapRule.Refuse, timeStep, DefaultMaxFilledSteps);

    /// <summary>
    /// A time without a row becomes a step that repeats the values of the row before it. Its label of
    /// <see cref="SequenceLabelRule.EveryStep"/> is missing.
    /// </summary>
    /// <param name="timeStep">The time from one step to the next; a time between two steps is an error.</param>
    /// <param name="maxFilledSteps">Most steps that one gap is filled with, 1 or more: a wider one is an error.</param>
    /// <returns>The rule.</returns>
    public static SequenceGaps Fill(string timeStep, int maxFilledSteps = DefaultMaxFilledSteps) =>
        new(SequenceGapRule.Fill, timeStep, maxFilledSteps);

    /// <summary>
    /// As <see cref="Fill"/>, and each step has one more feature, its last: 1 where the step has no row, else 0. In a column of keys such a
    /// step is a missing key.
    /// </summary>
    /// <param name="timeStep">The time from one step to the next; a time between two steps is an error.</param>
    /// <param name="maxFilledSteps">Most steps that one gap is filled with, 1 or more: a wider one is an error.</param>
    /// <returns>The rule.</returns>
    public static SequenceGaps Mask(string timeStep, int maxFilledSteps = DefaultMaxFilledSteps) =>
        new(SequenceGapRule.Mask, timeStep, maxFilledSteps);

    /// <summary>A row later than one time step after the row before it begins a new sequence of the same key. Other times may be
    /// irregular.</summary>
    /// <param name="timeStep">The longest time within a sequence from one row to the next.</param>
    /// <returns>The rule.</returns>
    public static SequenceGaps NewSequence(string timeStep) => new(SequenceGapRule.NewSequence, timeStep, DefaultMaxFilledSteps);

    internal static SequenceGaps Of(SequenceGapRule rule, string timeStep, int maxFilledSteps) => new(rule, timeStep, maxFilledSteps);
}
