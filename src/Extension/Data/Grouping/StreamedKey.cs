namespace RnnMlNet.Data.Grouping;

/// <summary>What a key's next row depends on, where rows arrive one by one: the row before it.</summary>
internal sealed class StreamedKey
{
    /// <summary>The key's values; null before the first row.</summary>
    public byte[]? Key { get; set; }

    /// <summary>The static values of the current sequence.</summary>
    public byte[] Statics { get; set; } = [];

    /// <summary>The place of the last row.</summary>
    public SequencePlace Place { get; set; }

    /// <summary>Steps so far, in all sequences of the key, with those that fill gaps.</summary>
    public long Steps { get; set; }

    /// <summary>The step values of the last row, which fill a gap after it; empty where gaps are not filled.</summary>
    public float[] Last { get; private set; } = [];

    /// <summary>Copies another state.</summary>
    public void CopyFrom(StreamedKey other)
    {
        (Key, Statics, Place, Steps) = (other.Key, other.Statics, other.Place, other.Steps);
        SetLast(other.Last);
    }

    /// <summary>Sets the step values of the last row.</summary>
    public void SetLast(ReadOnlySpan<float> values)
    {
        if (Last.Length != values.Length)
            Last = new float[values.Length];
        values.CopyTo(Last);
    }

    public StreamedKey Copy()
    {
        var copy = new StreamedKey();
        copy.CopyFrom(this);
        return copy;
    }
}
