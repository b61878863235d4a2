using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>The training rows and the validation rows of one network.</summary>
/// <param name="Training">Rows to train on.</param>
/// <param name="Validation">Rows to validate on; null for none.</param>
/// <param name="Scaling">Rows that determine the standardisation of features and targets: equal for all ensemble members, so that their
/// scaling is.</param>
internal sealed record TrainingSplit(SequenceSet Training, SequenceSet? Validation, SequenceSet Scaling)
{
    /// <summary>One split for each ensemble member: the same for all, or K folds, each held out by one of K members.</summary>
    /// <param name="log">Where held-out groups are counted.</param>
    /// <param name="rows">The rows of the Fit.</param>
    /// <param name="settings">Number of members, and the held-out share.</param>
    /// <param name="task">Whether labels are classes.</param>
    /// <param name="seed">Chooses the rows.</param>
    public static IReadOnlyList<TrainingSplit> Of(IChannel log, FitRows rows, SequenceSettings settings, TaskSpec task, int seed)
    {
        bool hasClasses = HasClasses(task);
        if (settings.IsCrossValidated)
        {
            TrainingSplit[] splits =
            [
                .. FoldSplit
                    .Split(rows.Store, settings.Folds, hasClasses, seed)
                    .Take(settings.EnsembleSize)
                    .Select(fold => new TrainingSplit(
                        new SequenceSet(rows.Store, fold.Training),
                        new SequenceSet(rows.Store, fold.Validation),
                        SequenceSet.All(rows.Store)
                    )),
            ];
            GroupReport.HeldOutInTurn(log, [.. splits.Select(split => split.Validation!)]);
            return splits;
        }
        var (training, validation) = rows.Split(settings.ValidationFraction, hasClasses, seed);
        if (rows.ValidationStore is null && validation is not null)
            GroupReport.HeldOut(log, validation, settings.ValidationFraction);
        return [.. Enumerable.Repeat(new TrainingSplit(training, validation, training), settings.EnsembleSize)];
    }

    /// <summary>The classes of a split, each of which keeps a training row.</summary>
    public static RowClasses ClassesOf(SequenceStore store, TaskSpec task) => RowClasses.Of(store, HasClasses(task));

    // A tagger's rows have several classes each: they are not strata, but each keeps a training row too.
    private static bool HasClasses(TaskSpec task) => task.IsClassification;
}
