using System.Runtime.InteropServices;

namespace RnnMlNet.Data;

/// <summary>Numbers of rows of each class in each group of rows: what a split by whole groups weighs.</summary>
internal sealed class GroupCounts
{
    private readonly (int Class, int Rows)[][] _classes;
    private readonly (int Stratum, int Rows)[][] _strata;

    /// <param name="groups">Rows that stay together.</param>
    /// <param name="classes">The rows' classes.</param>
    public GroupCounts(EqualRows groups, RowClasses classes)
    {
        Rows = classes.Rows;
        RowsOfClass = classes.CountRows();
        var counts = new Dictionary<int, int>();
        _classes = [.. Enumerable.Range(0, groups.Count).Select(group => Count(groups.Rows(group), classes, counts))];
        _strata = classes.AreStrata
            ? _classes
            : [.. Enumerable.Range(0, groups.Count).Select(group => new[] { (0, groups.Rows(group).Length) })];
        RowsOfStratum = classes.AreStrata ? RowsOfClass : [Rows];
        Sizes = [.. Enumerable.Range(0, groups.Count).Select(group => groups.Rows(group).Length)];
    }

    public int Rows { get; }

    /// <summary>Number of groups.</summary>
    public int Groups => Sizes.Length;

    /// <summary>Rows of each group.</summary>
    public int[] Sizes { get; }

    public int[] RowsOfClass { get; }

    /// <summary>Rows of each stratum: of each class, where a row has one; else of all.</summary>
    public int[] RowsOfStratum { get; }

    /// <summary>The classes in a group, with their rows there.</summary>
    public (int Class, int Rows)[] Classes(int group) => _classes[group];

    /// <summary>The strata in a group, with their rows there.</summary>
    public (int Stratum, int Rows)[] Strata(int group) => _strata[group];

    /// <summary>Whether a group has all rows of a class, so that it cannot be held out.</summary>
    public bool HasWholeClass(int group) => Classes(group).Any(part => part.Rows == RowsOfClass[part.Class]);

    private static (int, int)[] Count(ReadOnlySpan<int> rows, RowClasses classes, Dictionary<int, int> counts)
    {
        counts.Clear();
        foreach (int row in rows)
        foreach (int @class in classes.Of(row))
            CollectionsMarshal.GetValueRefOrAddDefault(counts, @class, out _)++;
        return [.. counts.OrderBy(count => count.Key).Select(count => (count.Key, count.Value))];
    }
}
