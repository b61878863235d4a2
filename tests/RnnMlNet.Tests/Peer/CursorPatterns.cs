using Microsoft.ML;
using NUnit.Framework;

namespace RnnMlNet.Tests.Peer;

/// <summary>The ways to request a view's rows.</summary>
internal static class CursorPatterns
{
    /// <summary>All columns, one after another.</summary>
    public static List<RowCopy> AllColumns(IDataView view) => Columns(view, _ => true);

    /// <summary>Only some columns active.</summary>
    public static List<RowCopy> Columns(IDataView view, Func<DataViewSchema.Column, bool> active)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema.Where(active));
        return Drain(view, cursor);
    }

    /// <summary>A cursor for each column, all open at once and moved in step.</summary>
    public static List<RowCopy> OneCursorPerColumn(IDataView view)
    {
        DataViewRowCursor[] cursors = [.. view.Schema.Select(column => view.GetRowCursor([column]))];
        try
        {
            RowCopier[] copiers = [.. cursors.Select(cursor => new RowCopier(cursor))];
            var rows = new List<RowCopy>();
            while (MoveTogether(cursors))
                rows.Add(Merge([.. copiers.Select(copier => copier.Copy())]));
            return rows;
        }
        finally
        {
            foreach (DataViewRowCursor cursor in cursors)
                cursor.Dispose();
        }
    }

    /// <summary>A set of cursors that share the rows out among them, each on its own thread.</summary>
    public static List<RowCopy> CursorSet(IDataView view, int size)
    {
        DataViewRowCursor[] cursors = view.GetRowCursorSet(view.Schema, size);
        Assert.That(cursors, Has.Length.InRange(1, size), "Cursors in a set.");
        var parts = cursors
            .Select(cursor => Task.Factory.StartNew(() => DrainAndDispose(view, cursor), TaskCreationOptions.LongRunning))
            .ToArray();
        return [.. parts.SelectMany(part => part.Result)];
    }

    /// <summary>The rows in another order, where the view can shuffle.</summary>
    public static List<RowCopy> Shuffled(IDataView view, int seed)
    {
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema, new Random(seed));
        return Drain(view, cursor);
    }

    private static List<RowCopy> DrainAndDispose(IDataView view, DataViewRowCursor cursor)
    {
        using (cursor)
            return Drain(view, cursor);
    }

    private static List<RowCopy> Drain(IDataView view, DataViewRowCursor cursor)
    {
        Assert.That(cursor.Schema, Is.SameAs(view.Schema), "A cursor's schema is its view's.");
        var copier = new RowCopier(cursor);
        var rows = new List<RowCopy>();
        while (cursor.MoveNext())
            rows.Add(copier.Copy());
        return rows;
    }

    private static bool MoveTogether(DataViewRowCursor[] cursors)
    {
        bool[] moved = [.. cursors.Select(cursor => cursor.MoveNext())];
        Assert.That(moved.Distinct().Count(), Is.EqualTo(1), "Cursors over the same view ended at different rows.");
        return moved[0];
    }

    private static RowCopy Merge(RowCopy[] parts)
    {
        Assert.That(
            parts.Select(part => (part.Position, part.Id)).Distinct().Count(),
            Is.EqualTo(1),
            "Cursors moved in step stand at different rows."
        );
        return parts[0] with { Values = [.. parts.Select((part, column) => part.Values[column])] };
    }
}
