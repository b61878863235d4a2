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
        var counts = new long[classes];
        foreach (int row in training.Rows)
        foreach (float @class in training.Store.Label(row))
            if (@class != StepClassesReader.Missing)
                counts[(int)@class]++;
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
        if (all.All(weight => weight == 0))
            throw ectx.ExceptUserArg(
                nameof(RnnMulticlassTrainer.Options.ClassWeighting),
                $"ClassWeighting gives all classes of the label column '{label.Column.Name}' the weight 0: give at "
                    + $"least one a weight above 0."
            );
        return all;
    }
}

/// <summary>The names of a label's classes, for messages and options.</summary>
internal static class ClassNames
{
    /// <summary>By the classes' indices: the key values as text, 1, 2, ... where keys have none; False and True.</summary>
    public static string[] Of(LabelBinding label) =>
        label.HasKeys
            ? LabelKeyValues.Of(label.Column)?.ToTexts().ToArray()
                ?? [.. Enumerable.Range(1, label.Classes).Select(key => key.ToString(CultureInfo.InvariantCulture))]
            : [bool.FalseString, bool.TrueString];

    /// <summary>The first ten in quotation marks, and the number of the others.</summary>
    public static string Some(string[] names)
    {
        const int Most = 10;
        return string.Join(", ", names.Take(Most).Select(name => $"'{name}'"))
            + (names.Length > Most ? $" and {names.Length - Most} more" : "");
    }
}
