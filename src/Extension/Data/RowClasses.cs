namespace RnnMlNet.Data;

/// <summary>The classes of a store's rows, as a split needs them: one a row, or of labels per step those of its steps.</summary>
internal sealed class RowClasses
{
    private readonly SequenceStore _store;
    private readonly bool _areClasses;
    private readonly List<int> _classes = [];
    private int[] _seenAt = [];
    private int _call;

    /// <param name="store">The rows.</param>
    /// <param name="areClasses">Whether labels are classes. Where they are numbers, no row has a class.</param>
    public RowClasses(SequenceStore store, bool areClasses)
    {
        _store = store;
        _areClasses = areClasses;
        for (int row = 0; row < store.Count; row++)
            foreach (int @class in Of(row))
                Count = Math.Max(Count, @class + 1);
    }

    /// <summary>The classes are 0 to this, less one.</summary>
    public int Count { get; private set; }

    /// <summary>The part of the rows that a row is drawn from when each class gives its share: its class, or 0 for all rows where rows have none or several.</summary>
    public int StratumOf(int row) => _areClasses && !_store.HasLabelsPerStep ? (int)_store.Label(row)[0] : 0;

    /// <summary>The different classes of a row; valid until the next call.</summary>
    public IReadOnlyList<int> Of(int row)
    {
        _classes.Clear();
        _call++;
        if (_areClasses)
            foreach (float label in _store.Label(row))
                Add((int)label);
        return _classes;
    }

    /// <summary>How many rows have each class.</summary>
    public int[] CountRows()
    {
        var counts = new int[Count];
        for (int row = 0; row < _store.Count; row++)
            foreach (int @class in Of(row))
                counts[@class]++;
        return counts;
    }

    private void Add(int @class)
    {
        if (@class < 0)
            return;
        if (@class >= _seenAt.Length)
            Array.Resize(ref _seenAt, Math.Max(@class + 1, 2 * _seenAt.Length));
        if (_seenAt[@class] != _call)
            _classes.Add(@class);
        _seenAt[@class] = _call;
    }
}
