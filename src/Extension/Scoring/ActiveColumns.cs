using Microsoft.ML;
using Microsoft.ML.Data;

namespace RnnMlNet.Scoring;

/// <summary>The columns of a scored view, and those of them that a cursor requests.</summary>
/// <param name="Schema">The view's schema.</param>
/// <param name="Bindings">Which of its columns are upstream's, and which are added.</param>
/// <param name="Active">For each of its columns, whether it is active.</param>
internal sealed record ActiveColumns(DataViewSchema Schema, ColumnBindings Bindings, bool[] Active)
{
    /// <summary>Whether an added column is active.</summary>
    public bool NeedScores => Bindings.AddedColumnIndices.Any(column => Active[column]);

    /// <summary>
    /// Whether all of their values can be kept while upstream moves on: in ML.NET numbers, texts, keys, times and vectors. An image, for
    /// example, cannot: it is large, and its owner disposes it.
    /// </summary>
    public bool CanBeKept => DataViewUtils.AllCacheable(All);

    /// <summary>The active ones.</summary>
    public IEnumerable<DataViewSchema.Column> All => Schema.Where(column => Active[column.Index]);

    /// <summary>For each upstream column, whether it is active itself, whether or not scoring reads it.</summary>
    public bool[] Passed() => Bindings.GetActiveInput(column => Active[column]);
}
