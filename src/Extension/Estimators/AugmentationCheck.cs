using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>
/// Checks the random changes of training rows: against the enumeration when a trainer is constructed, against columns in Fit.
/// </summary>
internal static class AugmentationCheck
{
    /// <exception cref="ArgumentOutOfRangeException">Not a combination of the enumeration's values.</exception>
    public static void Check(IExceptionContext ectx, RnnOptions o)
    {
        if (o.Augmentation is Augmentation kinds && (kinds & ~AugmentationSettings.All) != 0)
            throw ectx.ExceptUserArg(
                nameof(o.Augmentation),
                $"Augmentation is {kinds}; it must be {string.Join(", ", Enum.GetNames<Augmentation>())} or several of them combined."
            );
    }

    /// <exception cref="ArgumentOutOfRangeException">The rows cannot be changed so; the message states the reason.</exception>
    public static void Check(IExceptionContext ectx, RnnOptions o, SequenceBinding sequence, TaskSpec task)
    {
        if (o.Augmentation is not Augmentation kinds || kinds == Augmentation.None)
            return;
        if (sequence.Vocabulary > 0)
            throw ectx.ExceptUserArg(
                nameof(o.Augmentation),
                $"Augmentation is {kinds}, but the rows are {sequence.Describe()}, and it changes numbers: leave it null, or use "
                    + "InputDropout."
            );
        if ((kinds & Augmentation.TimeWarp) != 0 && WhyTimeStays(o, sequence, task) is string why)
            throw ectx.ExceptUserArg(
                nameof(o.Augmentation),
                $"Augmentation is {kinds}, but {why}: TimeWarp is not possible; Jitter and Scaling are."
            );
    }

    private static string? WhyTimeStays(RnnOptions o, SequenceBinding sequence, TaskSpec task) =>
        task.IsPerStep ? "each step has a label, which it would separate from its step"
        : sequence.HasTime ? "steps have times of their own"
        : o.NormalizeBy is not null ? "NormalizeBy finds a step's condition by its exact values"
        : null;

    /// <summary>The changes of numeric rows that options ask for; null for none.</summary>
    public static AugmentationSettings? Of(RnnOptions o, Augmentation kinds) =>
        kinds == Augmentation.None ? null : new AugmentationSettings(kinds, o.JitterDeviation, o.ScalingDeviation, o.TimeWarpDeviation);
}
