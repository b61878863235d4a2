using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// Checks that a row's vector has the length that its column's type fixes. ML.NET does not: an array of any length passes through
/// <c>LoadFromEnumerable</c> and a PredictionEngine whatever the column's type.
/// </summary>
internal static class FixedLength
{
    /// <param name="ectx">Creates the errors.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">Its column, a vector of known or of variable size.</param>
    /// <param name="found">The length of the row's vector.</param>
    /// <exception cref="InvalidOperationException">The type fixes another length; the message names row, column and both
    /// lengths.</exception>
    public static void Check(IExceptionContext ectx, DataViewRow row, DataViewSchema.Column column, int found)
    {
        if (column.Type is VectorDataViewType { IsKnownSize: true } type && type.Size != found)
            throw ectx.Except(
                $"Row {row.Position} of column '{column.Name}' has {Values(found)}, but the column is of type {type}, which has "
                    + $"{type.Size} in every row: "
                    + $"give each row {Values(type.Size)}, or make it a vector of variable size (in C#, [VectorType] without a number) "
                    + $"where lengths vary."
            );
    }

    /// <inheritdoc cref="Check(IExceptionContext, DataViewRow, DataViewSchema.Column, int)"/>
    public static void Check(DataViewRow row, DataViewSchema.Column column, int found) => Check(null!, row, column, found);

    private static string Values(int count) => count == 1 ? "1 value" : FormattableString.Invariant($"{count} values");
}
