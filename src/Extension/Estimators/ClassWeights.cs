using System.Globalization;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>Computes the weights of a <see cref="ClassWeighting"/> for a label column and its training rows.</summary>
internal static class ClassWeights
{
    /// <returns>[classes], or null where all are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A named class is not one of the label's, or all classes have the weight 0.</exception>
    public static float[]? Of(IExceptionContext ectx, ClassWeighting weighting, SequenceSet training, LabelBinding label)
    {
        if (weighting == ClassWeighting.Equal)
            return null;
        return weighting.Weights is null ? Balanced(training, label.Classes) : Given(ectx, weighting.Weights, label);
    }

    private static float[] Balanced(SequenceSet training, int classes)
    {
        long[] counts = ClassCounts.Of(training, classes);
        double rows = ClassCounts.Labelled(training);
        // Of a label that n of N rows have, (N - n) / n: those with it weigh as much as those without.
        if (training.Store.HasLabelSets)
            return [.. counts.Select(count => count == 0 || count == rows ? 1 : (float)((rows - count) / count))];
        double total = counts.Sum(),
            present = counts.Count(count => count > 0);
        return [.. counts.Select(count => count == 0 ? 1 : (float)(total / (present * count)))];
    }

    private static float[] Given(IExceptionContext ectx, IReadOnlyDictionary<string, float> weights, LabelBinding label)
    {
        string[] names = ClassNames.Of(label);
        string[] unknown = [.. weights.Keys.Except(names, StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw ectx.ExceptUserArg(
                nameof(RnnMulticlassTrainer.Options.ClassWeighting),
                $"ClassWeighting names '{unknown[0]}', which is not a class of the label column '{label.Column.Name}': they are "
                    + $"{ClassNames.Some(names)}."
            );
        float[] all = [.. names.Select(name => weights.GetValueOrDefault(name, 1))];
        if (label.IsSet && Array.IndexOf(all, 0) is var without and >= 0)
            throw ectx.ExceptUserArg(
                nameof(RnnMulticlassTrainer.Options.ClassWeighting),
                $"ClassWeighting gives the label '{names[without]}' the weight 0, so that it could not be learnt: give it a weight above "
                    + "0, or leave it out of the label column."
            );
        if (all.All(weight => weight == 0))
            throw ectx.ExceptUserArg(
                nameof(RnnMulticlassTrainer.Options.ClassWeighting),
                $"ClassWeighting gives all classes of the label column '{label.Column.Name}' the weight 0: give at "
                    + $"least one a weight above 0."
            );
        return all;
    }
}

/// <summary>Counts the classes of rows.</summary>
internal static class ClassCounts
{
    /// <returns>Number of rows; for labels per step, of steps with a label.</returns>
    public static long Labelled(SequenceSet set) => set.Rows.Sum(row => (long)set.Store.LabelledItems(row));

    /// <returns>[classes] rows of each class; for labels per step, steps.</returns>
    public static long[] Of(SequenceSet set, int classes)
    {
        var counts = new long[classes];
        foreach (int row in set.Rows)
        foreach (int @class in set.Store.Classes(row))
            counts[@class]++;
        return counts;
    }
}

/// <summary>The names of a label's classes, for messages and options.</summary>
internal static class ClassNames
{
    /// <summary>By the classes' indices: the key values as text, or the slot names of several Booleans; 1, 2, ... where there are none;
    /// of one Boolean False and True.</summary>
    public static string[] Of(LabelBinding label) =>
        label.Kind == LabelKind.Boolean
            ? [bool.FalseString, bool.TrueString]
            : LabelKeyValues.Of(label)?.ToTexts().ToArray() ?? Numbered(label.Classes);

    /// <summary>Names of classes that have none: 1, 2, ...</summary>
    public static string[] Numbered(int classes) =>
        [.. Enumerable.Range(1, classes).Select(key => key.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The first ten in quotation marks, and the number of the others.</summary>
    public static string Some(string[] names)
    {
        const int Most = 10;
        return string.Join(", ", names.Take(Most).Select(name => $"'{name}'"))
            + (names.Length > Most ? $" and {names.Length - Most} more" : "");
    }
}
