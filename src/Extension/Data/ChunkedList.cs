using System.Runtime.CompilerServices;

namespace RnnMlNet.Data;

/// <summary>A list that grows by chunks: growth copies nothing, and wastes at most one chunk of memory.</summary>
internal sealed class ChunkedList<T>
    where T : unmanaged
{
    private const int Shift = 13;
    private const int ChunkSize = 1 << Shift;
    private readonly List<T[]> _chunks = [];

    public int Count { get; private set; }

    /// <summary>Bytes of memory taken.</summary>
    public long Bytes => (long)_chunks.Count * ChunkSize * Unsafe.SizeOf<T>();

    public T this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _chunks[index >> Shift][index & (ChunkSize - 1)];
        }
    }

    public void Add(T value)
    {
        int place = Count & (ChunkSize - 1);
        if (place == 0)
            _chunks.Add(new T[ChunkSize]);
        _chunks[^1][place] = value;
        Count = checked(Count + 1);
    }
}
