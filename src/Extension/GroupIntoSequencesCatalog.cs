using Microsoft.ML.Data;
using RnnMlNet;

namespace Microsoft.ML;

/// <summary>Extension methods that group the rows of a long table, one for each time step, into sequences.</summary>
public static class GroupIntoSequencesCatalog
{
    /// <summary>
    /// Creates an estimator that groups the rows of a long table into sequences, as the trainers of recurrent networks take them: a row for
    /// each sequence or for each window, with the key columns, the column of sequences, the label, and the times <c>FirstTime</c> and
    /// <c>LastTime</c>.
    /// </summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="outputColumnName">Name of the column of sequences: VariableVector of Single [*, F], T steps of F features, step after
    /// step; of one column of keys or Text VariableVector of keys.</param>
    /// <param name="keyColumnNames">Names of the columns whose values identify a sequence. Empty for a table of one sequence.</param>
    /// <param name="orderColumnName">Name of the column of times; null where the rows of a key are in the order of time.</param>
    /// <param name="stepColumnNames">Names of the columns of a time step: numbers or Booleans, scalars or known-size vectors; or one column
    /// of keys or Text.</param>
    /// <param name="label">The label column to add; null for none.</param>
    /// <param name="windows">The rows that each sequence gives; null for whole sequences.</param>
    /// <param name="staticColumnNames">Names of the columns that have one value for each sequence, and are carried over; null for
    /// none.</param>
    /// <param name="gaps">The time step, and what becomes of times without a row; null: rows are steps, however far apart.</param>
    /// <param name="isGrouped">Whether the rows of each key follow each other, in the order of time: then one sequence at a time is in
    /// memory.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range, or does not fit another; the message names
    /// it.</exception>
    public static SequenceGroupingEstimator GroupIntoSequences(
        this TransformsCatalog catalog,
        string outputColumnName,
        string[] keyColumnNames,
        string? orderColumnName,
        string[] stepColumnNames,
        SequenceLabel? label = null,
        SequenceWindows? windows = null,
        string[]? staticColumnNames = null,
        SequenceGaps? gaps = null,
        bool isGrouped = false
    ) =>
        catalog.GroupIntoSequences(
            Options(outputColumnName, keyColumnNames, orderColumnName, stepColumnNames, label, windows, staticColumnNames, gaps, isGrouped)
        );

    /// <summary>Creates an estimator that groups the rows of a long table into sequences, with all options.</summary>
    /// <param name="catalog">The transforms of a context.</param>
    /// <param name="options">The definition of the sequences.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or does not fit another; the message names
    /// it.</exception>
    public static SequenceGroupingEstimator GroupIntoSequences(this TransformsCatalog catalog, SequenceGroupingOptions options) =>
        new(CatalogUtils.GetEnvironment(catalog), options);

    /// <summary>
    /// Groups the rows of a long table into sequences: a row for each sequence or for each window. Nothing is read before the result is,
    /// except columns of Text that become keys.
    /// </summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="input">The long table, such as a DataFrame of Microsoft.Data.Analysis.</param>
    /// <param name="outputColumnName">Name of the column of sequences: VariableVector of Single [*, F], T steps of F features, step after
    /// step; of one column of keys or Text VariableVector of keys.</param>
    /// <param name="keyColumnNames">Names of the columns whose values identify a sequence. Empty for a table of one sequence.</param>
    /// <param name="orderColumnName">Name of the column of times; null where the rows of a key are in the order of time.</param>
    /// <param name="stepColumnNames">Names of the columns of a time step: numbers or Booleans, scalars or known-size vectors; or one column
    /// of keys or Text.</param>
    /// <param name="label">The label column to add; null for none.</param>
    /// <param name="windows">The rows that each sequence gives; null for whole sequences.</param>
    /// <param name="staticColumnNames">Names of the columns that have one value for each sequence, and are carried over; null for
    /// none.</param>
    /// <param name="gaps">The time step, and what becomes of times without a row; null: rows are steps, however far apart.</param>
    /// <param name="isGrouped">Whether the rows of each key follow each other, in the order of time: then one sequence at a time is in
    /// memory.</param>
    /// <returns>The sequences.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range, or a column is missing or of the wrong type.</exception>
    public static IDataView GroupIntoSequences(
        this DataOperationsCatalog catalog,
        IDataView input,
        string outputColumnName,
        string[] keyColumnNames,
        string? orderColumnName,
        string[] stepColumnNames,
        SequenceLabel? label = null,
        SequenceWindows? windows = null,
        string[]? staticColumnNames = null,
        SequenceGaps? gaps = null,
        bool isGrouped = false
    ) =>
        catalog.GroupIntoSequences(
            input,
            Options(outputColumnName, keyColumnNames, orderColumnName, stepColumnNames, label, windows, staticColumnNames, gaps, isGrouped)
        );

    /// <summary>Groups the rows of a long table into sequences, with all options.</summary>
    /// <param name="catalog">The data operations of a context.</param>
    /// <param name="input">The long table, such as a DataFrame of Microsoft.Data.Analysis.</param>
    /// <param name="options">The definition of the sequences.</param>
    /// <returns>The sequences.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or a column is missing or of the wrong
    /// type.</exception>
    public static IDataView GroupIntoSequences(this DataOperationsCatalog catalog, IDataView input, SequenceGroupingOptions options) =>
        new SequenceGroupingEstimator(CatalogUtils.GetEnvironment(catalog), options).Fit(input).Transform(input);

    private static SequenceGroupingOptions Options(
        string outputColumnName,
        string[] keyColumnNames,
        string? orderColumnName,
        string[] stepColumnNames,
        SequenceLabel? label,
        SequenceWindows? windows,
        string[]? staticColumnNames,
        SequenceGaps? gaps,
        bool isGrouped
    ) =>
        new()
        {
            Columns = [new SequenceStepColumns(outputColumnName, stepColumnNames)],
            KeyColumnNames = keyColumnNames,
            OrderColumnName = orderColumnName,
            StaticColumnNames = staticColumnNames ?? [],
            Labels = label is null ? [] : [label],
            Windows = windows ?? SequenceWindows.Whole,
            Gaps = gaps,
            IsGrouped = isGrouped,
        };
}
