using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>The rows that one network is trained on, and those that it is validated on.</summary>
/// <param name="Training">Rows to train on.</param>
/// <param name="Validation">Rows to validate on; null for none.</param>
/// <param name="Scaling">Rows that features and targets are standardised by: the same for all members of an ensemble, so that they are
/// scaled alike.</param>
internal sealed record TrainingSplit(SequenceSet Training, SequenceSet? Validation, SequenceSet Scaling)
{
    /// <summary>One split for each member of an ensemble: the same for all, or K folds, each held out by one of K members.</summary>
    /// <param name="rows">What a Fit has read.</param>
    /// <param name="settings">How many members there are, and what is held out.</param>
    /// <param name="task">Whether classes are held out each by its share.</param>
    /// <param name="seed">Chooses the rows.</param>
    public static IReadOnlyList<TrainingSplit> Of(FitRows rows, SequenceSettings settings, TaskSpec task, int seed)
    {
        bool isStratified = IsStratified(task);
        if (settings.IsCrossValidated)
            return
            [
                .. FoldSplit
                    .Split(rows.Store, settings.Folds, isStratified, seed)
                    .Take(settings.EnsembleSize)
                    .Select(fold => new TrainingSplit(
                        new SequenceSet(rows.Store, fold.Training),
                        new SequenceSet(rows.Store, fold.Validation),
                        SequenceSet.All(rows.Store)
                    )),
            ];
        var (training, validation) = rows.Split(settings.ValidationFraction, isStratified, seed);
        return [.. Enumerable.Repeat(new TrainingSplit(training, validation, training), settings.EnsembleSize)];
    }

    /// <summary>The classes that a split minds: none of them is held out to its last row.</summary>
    public static RowClasses ClassesOf(SequenceStore store, TaskSpec task) => RowClasses.Of(store, IsStratified(task));

    private static bool IsStratified(TaskSpec task) => task.IsClassification && !task.IsPerStep;
}
