using System.Collections;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Interop;

namespace RnnMlNet.Estimators;

/// <summary>Fits an estimator once per fold to the other folds' rows, and evaluates it on the fold's own. Rows are assigned to folds by
/// their indices.</summary>
/// <param name="env">Creates the errors and random numbers.</param>
/// <param name="folds">Number of folds, at least 2.</param>
/// <param name="samplingKey">Column whose rows of equal value stay together; null for the trainer's groups, where it has some.</param>
/// <param name="seed">Chooses the rows of the folds; null for the environment's.</param>
internal sealed class CrossValidation(IHostEnvironment env, int folds, string? samplingKey, int? seed)
{
    private readonly IHost _host = env.Register(nameof(CrossValidation));

    /// <param name="data">The rows.</param>
    /// <param name="estimator">The pipeline.</param>
    /// <param name="classColumn">Column of classes, each spread evenly over the folds and with a training row in each; null for
    /// none.</param>
    /// <param name="label">The label of the evaluation, checked before training.</param>
    /// <param name="evaluate">Evaluates scored rows.</param>
    public IReadOnlyList<TrainCatalogBase.CrossValidationResult<TMetrics>> Run<TMetrics>(
        IDataView data,
        IEstimator<ITransformer> estimator,
        string? classColumn,
        EvaluatedLabel label,
        Func<IDataView, TMetrics> evaluate
    )
        where TMetrics : class
    {
        _host.CheckValue(data, nameof(data));
        _host.CheckValue(estimator, nameof(estimator));
        if (folds < 2)
            throw _host.ExceptUserArg("numberOfFolds", $"numberOfFolds is {folds}; it must be at least 2.");
        label.Check(_host, TrainerOf(estimator));
        int[] foldOf = FoldOf(data, classColumn, KeysOf(data.Schema, estimator), TrainerOf(estimator)?.Task.StepLabels);
        label.Check(_host, data.Schema, estimator);
        return
        [
            .. Enumerable
                .Range(0, folds)
                .Select(fold =>
                {
                    ITransformer model = estimator.Fit(Rows(data, foldOf, of => of != fold));
                    IDataView scored = model.Transform(Rows(data, foldOf, of => of == fold));
                    return new TrainCatalogBase.CrossValidationResult<TMetrics>(model, evaluate(scored), scored, fold);
                }),
        ];
    }

    // The sampling key, or the groups of the trainer's own split: folds are to divide neither.
    private string[] KeysOf(DataViewSchema schema, IEstimator<ITransformer> estimator)
    {
        using IChannel log = _host.Start("Folds");
        ISequenceTrainer? trainer = TrainerOf(estimator);
        if (samplingKey is not null && trainer is { GroupColumnNames: null })
            log.Info(
                $"Folds do not divide rows of equal '{samplingKey}', but the trainer's own validation rows are drawn one by one: set its "
                    + "GroupColumnNames too."
            );
        if (samplingKey is not null)
            return [samplingKey];
        string[] names = trainer?.GroupColumnNames ?? [];
        string[] made = [.. names.Where(name => schema.GetColumnOrNull(name) is null)];
        if (made.Length == 0)
            return names;
        log.Warning(
            $"The trainer's GroupColumnNames name {GroupColumns.TextOf(made)}, which only the pipeline makes, so rows of one group may be "
                + "in several folds: set samplingKeyColumnName to a column of the data."
        );
        return [];
    }

    private static ISequenceTrainer? TrainerOf(IEstimator<ITransformer> estimator) =>
        ChainedEstimators.Of(estimator).OfType<ISequenceTrainer>().FirstOrDefault();

    private ColumnValues OpenClasses(DataViewRow row, DataViewSchema.Column column, StepLabels? stepLabels) =>
        stepLabels is null || !StepLabels.Fits(column.Type) ? ColumnValues.Open(row, column)
        // A row of a long table is one step.
        : stepLabels.Given is null
        && StepLabels.CountOf(column.Type) is null
        && column.Type is VectorDataViewType { IsKnownSize: true } step
            ? ColumnValues.OfStepLabels(row, column, step.Size)
        : ColumnValues.OfStepLabels(row, column, stepLabels.CountIn(_host, column));

    private int[] FoldOf(IDataView data, string? classColumn, string[] keyColumns, StepLabels? stepLabels)
    {
        DataViewSchema.Column[] keys = [.. keyColumns.Select(name => Find(data.Schema, "sampling key", name))];
        DataViewSchema.Column? classes = classColumn is null ? null : Find(data.Schema, "label", classColumn);
        var groupOf = new List<int>();
        var classesOf = new List<int[]>();
        DataViewSchema.Column[] needed = [.. keys, .. new[] { classes }.OfType<DataViewSchema.Column>()];
        using (DataViewRowCursor cursor = data.GetRowCursor(needed))
        {
            GroupReader? groups = keys.Length == 0 ? null : new GroupNumbers(keys.Length).Open(cursor, keys);
            ColumnValues? labels = classes is null ? null : OpenClasses(cursor, classes.Value, stepLabels);
            while (cursor.MoveNext())
            {
                int group = groups?.Read() ?? groupOf.Count;
                groupOf.Add(group >= 0 ? group : throw MissingKey(cursor.Position, keyColumns[groups!.MissingKey]));
                classesOf.Add(labels is null ? [] : [.. labels.Read()]);
            }
        }
        if (groupOf.Count < folds)
            throw _host.Except(
                $"There are {groupOf.Count} rows, too few for {folds} folds: give more rows, or set numberOfFolds to "
                    + $"{Math.Max(2, groupOf.Count / 2)} or less."
            );
        bool areStrata = classes is { Type: not VectorDataViewType };
        return FoldSplit.FoldOf(
            EqualRows.Of([.. groupOf]),
            RowClasses.Of(classesOf, areStrata),
            folds,
            seed ?? _host.Rand.Next(),
            keepsGroups: keys.Length > 0
        );
    }

    private Exception MissingKey(long row, string column) =>
        _host.Except(
            $"Row {row} has the missing key in column '{column}', so it cannot be told which rows it must stay together with: give each "
                + "row a value, or remove such rows."
        );

    private DataViewSchema.Column Find(DataViewSchema schema, string role, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw _host.ExceptSchemaMismatch(nameof(schema), role, name);
        if (column.Type.GetItemType() is not PrimitiveDataViewType || (role != "label" && column.Type is VectorDataViewType))
            throw _host.ExceptSchemaMismatch(nameof(schema), role, name, "a value that rows can be grouped by", column.Type.ToString());
        return column;
    }

    private KeptRows Rows(IDataView data, int[] foldOf, Func<int, bool> isOne) => new(_host, data, new BitArray([.. foldOf.Select(isOne)]));
}
