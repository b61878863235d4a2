using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators;

/// <summary>Checks that the labels of the training rows can be learnt.</summary>
internal static class LabelCheck
{
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="log">Receives the warning.</param>
    /// <param name="task">The task.</param>
    /// <param name="training">The rows.</param>
    /// <param name="label">Their label column.</param>
    /// <exception cref="InvalidOperationException">A classifier's rows are all of one class, or of equal labels, or a regression's labels
    /// so large that scores would not be finite.</exception>
    public static void Check(IExceptionContext ectx, IChannel log, TaskSpec task, SequenceSet training, LabelBinding label)
    {
        if (task.IsMultiLabel)
            CheckLabelSets(ectx, log, training, label);
        else if (task.IsClassification)
            CheckClasses(ectx, log, training, label);
        else
            CheckTargets(ectx, log, training, label);
    }

    private static void CheckClasses(IExceptionContext ectx, IChannel log, SequenceSet training, LabelBinding label)
    {
        bool[] present = [.. ClassCounts.Of(training, label.Classes).Select(count => count > 0)];
        int classes = present.Count(p => p);
        if (classes < 2)
            throw ectx.Except(
                $"The training rows have only one class of the label column '{label.Column.Name}': a classifier needs rows of at least "
                    + $"two classes."
            );
        if (classes < present.Length)
            log.Warning(
                $"{present.Length - classes} of the {present.Length} classes of the label column '{label.Column.Name}' "
                    + $"{(present.Length - classes == 1 ? "has" : "have")} no training row, "
                    + $"{ClassNames.Some([.. ClassNames.Of(label).Where((_, @class) => !present[@class])])}; the model will hardly ever "
                    + $"predict {(present.Length - classes == 1 ? "it" : "them")}."
            );
    }

    private static void CheckLabelSets(IExceptionContext ectx, IChannel log, SequenceSet training, LabelBinding label)
    {
        long[] counts = ClassCounts.Of(training, label.Classes);
        long labelled = ClassCounts.Labelled(training);
        string one = label.IsPerStep ? "time step" : "row";
        string[] names = ClassNames.Of(label);
        string[] absent = [.. names.Where((_, i) => counts[i] == 0)],
            everywhere = [.. names.Where((_, i) => counts[i] == labelled)];
        if (absent.Length + everywhere.Length == names.Length)
            throw ectx.Except(
                $"All training {one}s have the same labels in the label column '{label.Column.Name}': there must be a label that some "
                    + $"{one}s have and others do not."
            );
        if (absent.Length > 0)
            log.Warning(
                $"{absent.Length} of the {names.Length} labels of the label column '{label.Column.Name}' "
                    + $"{(absent.Length == 1 ? "has" : "have")} no training {one}, {ClassNames.Some(absent)}; the model will hardly ever "
                    + $"predict {(absent.Length == 1 ? "it" : "them")}."
            );
        if (everywhere.Length > 0)
            log.Warning(
                $"Every training {one} has {(everywhere.Length == 1 ? "the label" : "the labels")} {ClassNames.Some(everywhere)} of the "
                    + $"label column '{label.Column.Name}': there is nothing to learn about {(everywhere.Length == 1 ? "it" : "them")}."
            );
    }

    // A network may output values some deviations beyond its training labels.
    private const double FarScore = 10;

    private static void CheckTargets(IExceptionContext ectx, IChannel log, SequenceSet training, LabelBinding label)
    {
        CheckRange(ectx, training, label);
        for (int target = 0; target < label.Width; target++)
        {
            float first = training.Store.Label(training.Rows[0])[target];
            if (training.Rows.All(row => training.Store.Label(row)[target] == first))
                log.Warning(
                    $"The label column '{label.Column.Name}' is {first} in every training "
                        + $"row{(label.Width > 1 ? $" (target {target})" : "")}: there is nothing to learn from it."
                );
        }
    }

    private static void CheckRange(IExceptionContext ectx, SequenceSet training, LabelBinding label)
    {
        FeatureScaling scaling = ScalingLearner.LearnLabels(training);
        for (int target = 0; target < label.Width; target++)
        {
            if (Math.Abs((double)scaling.Mean[target]) + FarScore * scaling.Deviation[target] <= float.MaxValue)
                continue;
            float[] values = [.. training.Rows.Select(row => training.Store.Label(row)[target])];
            string which = label.Width > 1 ? $" (target {target})" : "";
            throw ectx.Except(
                FormattableString.Invariant(
                    $"The label column '{label.Column.Name}' holds numbers from {values.Min():0.#E+0} to {values.Max():0.#E+0}{which}, "
                )
                    + "and scores some deviations beyond them would exceed the range of single precision, 3.4E+38: "
                    + "divide the labels by a large number before training, and multiply scores by it."
            );
        }
    }
}
