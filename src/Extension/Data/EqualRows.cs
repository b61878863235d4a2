namespace RnnMlNet.Data;

/// <summary>
/// The rows of a store, grouped by sequence: rows with equal sequences form one group, so that a split can hold them out together. A
/// validation row that is also trained on measures memorisation.
/// </summary>
internal sealed class EqualRows
{
    private readonly int[] _groupOf;
    private readonly int[] _starts;
    private readonly int[] _rows;

    private EqualRows(int[] groupOf, int groups)
    {
        _groupOf = groupOf;
        _starts = new int[groups + 1];
        _rows = new int[groupOf.Length];
        foreach (int group in groupOf)
            _starts[group + 1]++;
        for (int group = 0; group < groups; group++)
            _starts[group + 1] += _starts[group];
        int[] next = _starts[..^1];
        for (int row = 0; row < groupOf.Length; row++)
            _rows[next[groupOf[row]]++] = row;
    }

    /// <summary>Number of groups.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The group of a row. Groups are numbered by their first rows.</summary>
    public int GroupOf(int row) => _groupOf[row];

    /// <summary>The rows of a group, ascending.</summary>
    public ReadOnlySpan<int> Rows(int group) => _rows.AsSpan(_starts[group].._starts[group + 1]);

    /// <summary>Groups all rows of a store, in time proportional to their number.</summary>
    public static EqualRows Of(SequenceStore store)
    {
        // The first row of each hash's newest group; groups of equal hash form a list through their first rows.
        var newest = new Dictionary<int, int>(store.Count);
        var groupOf = new int[store.Count];
        var firsts = new List<(int Row, int Older)>();
        for (int row = 0; row < store.Count; row++)
        {
            int hash = store.Hash(row);
            int last = newest.GetValueOrDefault(hash, -1);
            int group = last;
            while (group >= 0 && !DuplicateRows.AreEqual(store, row, store, firsts[group].Row))
                group = firsts[group].Older;
            if (group < 0)
            {
                group = firsts.Count;
                firsts.Add((row, last));
                newest[hash] = group;
            }
            groupOf[row] = group;
        }
        return new EqualRows(groupOf, firsts.Count);
    }

    /// <summary>Groups the rows of a store by their groups, the values of the columns that <see cref="SequenceStore.GroupColumns"/>
    /// names.</summary>
    public static EqualRows OfGroups(SequenceStore store) => Numbered(store.Count, store.Group);

    /// <summary>Groups rows that are together in one of two groupings, directly or by way of others.</summary>
    public static EqualRows United(EqualRows one, EqualRows other)
    {
        int[] parents = [.. Enumerable.Range(0, one.Count)];
        int Root(int group)
        {
            while (parents[group] != group)
                group = parents[group] = parents[parents[group]];
            return group;
        }

        for (int group = 0; group < other.Count; group++)
            foreach (int row in other.Rows(group))
                parents[Root(one.GroupOf(row))] = Root(one.GroupOf(other.Rows(group)[0]));
        return Numbered(one._groupOf.Length, row => Root(one.GroupOf(row)));
    }

    // Groups are numbered by their first rows.
    private static EqualRows Numbered(int rows, Func<int, int> valueOf)
    {
        var numbers = new Dictionary<int, int>();
        var groupOf = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int value = valueOf(row);
            if (!numbers.TryGetValue(value, out groupOf[row]))
                numbers[value] = groupOf[row] = numbers.Count;
        }
        return new EqualRows(groupOf, numbers.Count);
    }

    /// <summary>Groups rows by given group numbers.</summary>
    /// <param name="groupOf">The group of each row, from 0.</param>
    public static EqualRows Of(int[] groupOf) => new(groupOf, groupOf.Length == 0 ? 0 : groupOf.Max() + 1);

    /// <summary>Each row is a group of its own.</summary>
    public static EqualRows AllDistinct(int count) => new([.. Enumerable.Range(0, count)], count);
}
