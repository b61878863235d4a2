using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>Whether rows read in one way are those read in another.</summary>
internal static class RowsAssert
{
    /// <summary>
    /// The same rows in the same order. Columns that were not active when <paramref name="actual"/> was read are not compared.
    /// </summary>
    public static void Same(DataViewSchema schema, IReadOnlyList<RowCopy> expected, IReadOnlyList<RowCopy> actual, string what)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count), $"{what}: rows.");
        for (int i = 0; i < expected.Count; i++)
        {
            if (actual[i].Position != expected[i].Position || !actual[i].Id.Equals(expected[i].Id))
                Assert.Fail(
                    $"{what}: row {i} stands at {actual[i].Position} with id {actual[i].Id}, expected {expected[i].Position} with id "
                        + $"{expected[i].Id}."
                );
            SameValues(schema, expected[i], actual[i], what);
        }
    }

    /// <summary>Each row once, in whatever order, found by its id.</summary>
    public static void SameById(DataViewSchema schema, IReadOnlyList<RowCopy> expected, IReadOnlyList<RowCopy> actual, string what)
    {
        DistinctIds(actual, what);
        Assert.That(actual, Has.Count.EqualTo(expected.Count), $"{what}: rows.");
        var byId = expected.ToDictionary(row => row.Id);
        foreach (RowCopy row in actual)
        {
            if (!byId.TryGetValue(row.Id, out RowCopy? counterpart))
                Assert.Fail($"{what}: the row with id {row.Id} is not one of the view's.");
            SameValues(schema, counterpart!, row, what);
        }
    }

    /// <summary>No two rows have the same id, and positions count up from 0.</summary>
    public static void InOrder(IReadOnlyList<RowCopy> rows, string what)
    {
        DistinctIds(rows, what);
        Assert.That(
            rows.Select(row => row.Position),
            Is.EqualTo(Enumerable.Range(0, rows.Count).Select(i => (long)i)),
            $"{what}: positions."
        );
    }

    private static void DistinctIds(IReadOnlyList<RowCopy> rows, string what) =>
        Assert.That(rows.Select(row => row.Id).Distinct().Count(), Is.EqualTo(rows.Count), $"{what}: distinct row ids.");

    private static void SameValues(DataViewSchema schema, RowCopy expected, RowCopy actual, string what)
    {
        for (int column = 0; column < schema.Count; column++)
            if (actual.Values[column] is { } value && !CellValue.Same(expected.Values[column], value))
                Assert.Fail(
                    $"{what}: column '{schema[column].Name}' of the row with id {actual.Id}: expected "
                        + $"{CellValue.Show(expected.Values[column])}, got {CellValue.Show(value)}."
                );
    }
}
