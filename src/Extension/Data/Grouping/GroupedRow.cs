namespace RnnMlNet.Data.Grouping;

/// <summary>The row that a cursor of sequences is at: a window of a sequence of a key.</summary>
internal sealed class GroupedRow
{
    /// <summary>The rows of the key.</summary>
    public KeyRows Rows { get; set; } = null!;

    /// <summary>Distinct static values, and texts of labels.</summary>
    public GroupingTables Tables { get; set; } = null!;

    /// <summary>The row after the sequence's last one.</summary>
    public int SequenceEnd { get; set; }

    /// <summary>The window's first row.</summary>
    public int First { get; set; }

    /// <summary>Time steps of the window.</summary>
    public int Count { get; set; }

    /// <summary>The window's last row.</summary>
    public int Last => First + Count - 1;

    /// <summary>The record of the window's step.</summary>
    public ReadOnlySpan<float> Step(int step) => Rows[First + step];
}

/// <summary>The values that records have an index of.</summary>
internal sealed class GroupingTables
{
    public ValueTable Keys { get; } = new();

    public ValueTable Statics { get; } = new();

    public ValueTable Texts { get; } = new();

    /// <summary>Bytes of memory taken, about.</summary>
    public long Bytes => Keys.Bytes + Statics.Bytes + Texts.Bytes;

    /// <summary>Removes all values.</summary>
    public void Clear()
    {
        Keys.Clear();
        Statics.Clear();
        Texts.Clear();
    }
}
