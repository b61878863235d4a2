using Microsoft.ML.Data;

namespace RnnMlNet;

/// <summary>The label that a sequence, or a window of it, has.</summary>
public enum SequenceLabelRule
{
    /// <summary>The value at the last time step.</summary>
    Last,

    /// <summary>The value at the first time step.</summary>
    First,

    /// <summary>The largest value of all time steps; of Booleans whether any is true. A NaN among them gives NaN.</summary>
    Maximum,

    /// <summary>The values of all time steps, as a vector: for a sequence tagger; of vectors, for a multi-label tagger.</summary>
    EveryStep,

    /// <summary>The number of time steps from the last one to the end of the sequence, such as the remaining useful life.</summary>
    RemainingSteps,
}

/// <summary>A label column that grouping rows into sequences adds, and the rule that it is computed by.</summary>
public sealed class SequenceLabel
{
    private SequenceLabel(SequenceLabelRule rule, string? inputColumnName, string outputColumnName, int? cap = null)
    {
        (Rule, InputColumnName, OutputColumnName, Cap) = (rule, inputColumnName, outputColumnName, cap);
    }

    /// <summary>The rule.</summary>
    public SequenceLabelRule Rule { get; }

    /// <summary>Name of the column of the long table; null for <see cref="SequenceLabelRule.RemainingSteps"/>.</summary>
    public string? InputColumnName { get; }

    /// <summary>Name of the label column.</summary>
    public string OutputColumnName { get; }

    /// <summary>Largest value of <see cref="SequenceLabelRule.RemainingSteps"/>; null for no limit.</summary>
    public int? Cap { get; }

    /// <summary>The value at the last time step of a window: Text, Boolean, a number, a key, or a known-size vector of Single.</summary>
    /// <param name="inputColumnName">Name of the column of the long table.</param>
    /// <param name="outputColumnName">Name of the label column; null for the same.</param>
    /// <returns>The rule.</returns>
    public static SequenceLabel Last(string inputColumnName, string? outputColumnName = null) =>
        new(SequenceLabelRule.Last, inputColumnName, outputColumnName ?? inputColumnName);

    /// <summary>The value at the first time step of a window: Text, Boolean, a number, a key, or a known-size vector of Single.</summary>
    /// <param name="inputColumnName">Name of the column of the long table.</param>
    /// <param name="outputColumnName">Name of the label column; null for the same.</param>
    /// <returns>The rule.</returns>
    public static SequenceLabel First(string inputColumnName, string? outputColumnName = null) =>
        new(SequenceLabelRule.First, inputColumnName, outputColumnName ?? inputColumnName);

    /// <summary>
    /// The largest value of a window's time steps; of Booleans whether any is true. A NaN among numbers gives NaN, a missing label.
    /// </summary>
    /// <param name="inputColumnName">Name of the column of the long table: Boolean or a number.</param>
    /// <param name="outputColumnName">Name of the label column; null for the same.</param>
    /// <returns>The rule.</returns>
    public static SequenceLabel Maximum(string inputColumnName, string? outputColumnName = null) =>
        new(SequenceLabelRule.Maximum, inputColumnName, outputColumnName ?? inputColumnName);

    /// <summary>
    /// The values of all time steps of a window, for a sequence tagger. Of a vector with a value for each of L labels, those of all steps
    /// as Single of type [*, L], with its slot names, for a multi-label tagger; NaN at steps that fill gaps.
    /// </summary>
    /// <param name="inputColumnName">Name of the column of the long table: a key, Text (Fit maps it to keys), Boolean or a number, or a
    /// known-size vector of Boolean or numbers.</param>
    /// <param name="outputColumnName">Name of the label column, a vector of variable size; null for the same.</param>
    /// <returns>The rule.</returns>
    public static SequenceLabel EveryStep(string inputColumnName, string? outputColumnName = null) =>
        new(SequenceLabelRule.EveryStep, inputColumnName, outputColumnName ?? inputColumnName);

    /// <summary>
    /// The number of time steps from a window's last one to the end of its sequence, at most <paramref name="cap"/>: 0 at the end of the
    /// sequence. For machines that are recorded until they fail this is the remaining useful life.
    /// </summary>
    /// <param name="cap">Largest value, 1 or more; null for no limit.</param>
    /// <param name="outputColumnName">Name of the label column: Single.</param>
    /// <returns>The rule.</returns>
    public static SequenceLabel RemainingSteps(int? cap = null, string outputColumnName = DefaultColumnNames.Label) =>
        new(SequenceLabelRule.RemainingSteps, null, outputColumnName, cap);

    internal static SequenceLabel Of(SequenceLabelRule rule, string? inputColumnName, string outputColumnName, int? cap) =>
        new(rule, inputColumnName, outputColumnName, cap);
}
