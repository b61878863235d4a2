namespace RnnMlNet.Data.Grouping;

/// <summary>Distinct values as bytes, each with its index: a value that many rows have is stored once.</summary>
internal sealed class ValueTable
{
    // An array's header, and an entry of the dictionary and of the list.
    private const int BytesPerValue = 80;

    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _indices = new Dictionary<byte[], int>(
        new BytesComparer()
    ).GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly List<byte[]> _values = [];

    public int Count => _values.Count;

    /// <summary>Bytes of memory taken, about.</summary>
    public long Bytes { get; private set; }

    public byte[] this[int index] => _values[index];

    /// <summary>The index of a value, which is added where it is new.</summary>
    public int IndexOf(ReadOnlySpan<byte> value)
    {
        if (_indices.TryGetValue(value, out int index))
            return index;
        index = _values.Count;
        byte[] copy = value.ToArray();
        _values.Add(copy);
        _indices.Dictionary.Add(copy, index);
        Bytes += copy.Length + BytesPerValue;
        return index;
    }

    public void Clear()
    {
        _indices.Dictionary.Clear();
        _values.Clear();
        Bytes = 0;
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] value) => GetHashCode(value.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
