namespace RnnMlNet.Data;

/// <summary>The classes of rows, for a split: one a row, for labels per step those of its steps, for label sets its labels.</summary>
internal sealed class RowClasses
{
    private readonly int[] _starts;
    private readonly int[] _classes;

    private RowClasses(int[] starts, int[] classes, bool areStrata)
    {
        _starts = starts;
        _classes = classes;
        AreStrata = areStrata;
        Count = classes.Length == 0 ? 0 : classes.Max() + 1;
    }

    /// <summary>Number of classes: they are 0 to Count - 1.</summary>
    public int Count { get; }

    /// <summary>Whether each row has one class at most, so that a split can be stratified.</summary>
    public bool AreStrata { get; }

    public int Rows => _starts.Length - 1;

    /// <summary>The distinct classes of a row.</summary>
    public ReadOnlySpan<int> Of(int row) => _classes.AsSpan(_starts[row].._starts[row + 1]);

    /// <summary>The stratum of a row: its class; or 0 for all rows, where rows have none or several.</summary>
    public int StratumOf(int row) => AreStrata && Of(row) is [int @class, ..] ? @class : 0;

    /// <summary>The classes of a store's rows.</summary>
    /// <param name="store">The rows.</param>
    /// <param name="areClasses">Whether labels are classes. Rows with numeric labels have no class.</param>
    public static RowClasses Of(SequenceStore store, bool areClasses)
    {
        if (!areClasses)
            return None(store.Count);
        bool areStrata = !store.HasLabelsPerStep && !store.HasLabelSets;
        return Of(Enumerable.Range(0, store.Count).Select(store.Classes), areStrata);
    }

    /// <summary>The classes of rows.</summary>
    /// <param name="rows">The classes of each row, in any order and number; those below 0 are left out.</param>
    /// <param name="areStrata">Whether each row has one at most.</param>
    public static RowClasses Of(IEnumerable<IReadOnlyList<int>> rows, bool areStrata)
    {
        var starts = new List<int> { 0 };
        var classes = new List<int>();
        var lastRowOf = new Dictionary<int, int>();
        foreach (IReadOnlyList<int> row in rows)
        {
            foreach (int @class in row)
                if (@class >= 0 && lastRowOf.GetValueOrDefault(@class) != starts.Count)
                {
                    classes.Add(@class);
                    lastRowOf[@class] = starts.Count;
                }
            starts.Add(classes.Count);
        }
        return new RowClasses([.. starts], [.. classes], areStrata);
    }

    /// <summary>Rows without classes.</summary>
    public static RowClasses None(int count) => new(new int[count + 1], [], areStrata: false);

    /// <summary>Number of rows of each class.</summary>
    public int[] CountRows()
    {
        var counts = new int[Count];
        foreach (int @class in _classes)
            counts[@class]++;
        return counts;
    }

    /// <summary>Number of rows that are not the only one of their class, where each has one; else all.</summary>
    public int RowsOfSeveral => AreStrata ? Rows - CountRows().Count(rows => rows == 1) : Rows;
}
