using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Grouping;

/// <summary>
/// The rows of a long table in any order: records in the order of reading, in memory or beyond the limit in a temporary file
/// (<see cref="StorePages"/>), and the key of each. A key's rows are gathered by passes over the records, a range of keys at a time, so
/// that the file is read sequentially, and few times.
/// </summary>
internal sealed class LongRowStore : IDisposable
{
    private const int RowsBetweenChecks = 256;

    // Words of a block of records, which is read as one.
    private const int BlockWords = 1 << 13;

    // Memory of a range of keys: at least this, else a share of the limit or of the rows.
    private const long LeastRangeBytes = 64 << 20;
    private const int RangesOfAll = 16;

    private readonly StorePages _pages;
    private readonly ChunkedList<long> _blocks = new();
    private readonly ChunkedList<int> _keys = new();
    private readonly List<int> _counts = [];
    private readonly int _width;
    private readonly int _blockRows;
    private readonly long _rangeLimit;
    private float[] _open;
    private int _used;

    private LongRowStore(int width, StorePages pages, long rangeLimit)
    {
        (_width, _pages, _rangeLimit) = (width, pages, rangeLimit);
        _blockRows = Math.Max(1, BlockWords / Math.Max(1, width));
        _open = new float[_blockRows * width];
    }

    /// <summary>Keys, static values and texts of the rows.</summary>
    public GroupingTables Tables { get; } = new();

    /// <summary>Number of rows.</summary>
    public int Count => _keys.Count;

    /// <summary>Words (of 4 bytes) of a record.</summary>
    public int Width => _width;

    /// <summary>Where the rows are stored, for the log.</summary>
    public string Description => _pages.Description;

    /// <summary>Bytes of the rows in the file.</summary>
    public long FileBytes => _pages.FileBytes;

    /// <summary>Reads all rows of a view.</summary>
    /// <exception cref="InvalidOperationException">A row has no key or no time.</exception>
    /// <exception cref="IOException">The rows exceed the memory limit, and cannot be written to the file.</exception>
    public static LongRowStore Read(IHost host, IDataView data, GroupingBinding binding)
    {
        var settings = StoreSettings.OfTable(binding.Options.StoreMemoryLimit, binding.Options.StoreDirectory);
        // A quarter of the limit is for the range of keys that is gathered.
        long rangeLimit = settings.MemoryLimit / 4;
        var pages = new StorePages(settings.MemoryLimit - rangeLimit, bytes => StoreFile.Create(host, settings.Directory, bytes));
        var store = new LongRowStore(binding.Words, pages, rangeLimit);
        try
        {
            store.ReadFrom(host, data, binding);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Number of rows of a key.</summary>
    public int CountOf(int key) => _counts[key];

    /// <summary>Gathers the rows of some keys, in the order of reading.</summary>
    /// <param name="first">The first key.</param>
    /// <param name="buffer">Receives the records, key after key; it grows as needed.</param>
    /// <returns>The key after the last one.</returns>
    public int Gather(int first, ref float[] buffer)
    {
        long limit = Math.Max(LeastRangeBytes, Math.Min(_rangeLimit, Count * (long)_width * sizeof(float) / RangesOfAll));
        limit = Math.Min(limit, Array.MaxLength * (long)sizeof(float));
        long rows = 0;
        int end = first;
        while (end < _counts.Count && (end == first || (rows + _counts[end]) * _width * sizeof(float) <= limit))
            rows += _counts[end++];
        if (rows * _width > Array.MaxLength)
            throw Contracts.Except(
                $"The key that is number {first + 1} in the order of first rows has {rows} rows of {_width} values each, but a key may "
                    + $"have at most {Array.MaxLength} values: divide its rows by a further key column."
            );
        if (buffer.Length < rows * _width)
            buffer = GC.AllocateUninitializedArray<float>((int)(rows * _width));

        int[] next = new int[end - first];
        for (int key = first + 1; key < end; key++)
            next[key - first] = next[key - first - 1] + _counts[key - 1];
        for (int block = 0; block < _blocks.Count; block++)
            GatherBlock(block, first, next, buffer);
        return end;
    }

    public void Dispose() => _pages.Dispose();

    // The block is read only where it has a row of the range.
    private void GatherBlock(int block, int first, int[] next, Span<float> buffer)
    {
        int start = block * _blockRows,
            count = Math.Min(_blockRows, Count - start);
        ReadOnlySpan<float> records = default;
        for (int i = 0; i < count; i++)
        {
            int key = _keys[start + i] - first;
            if ((uint)key >= (uint)next.Length)
                continue;
            if (records.IsEmpty)
                records = _pages.Read(_blocks[block], count * _width);
            records.Slice(i * _width, _width).CopyTo(buffer[(next[key]++ * _width)..]);
        }
    }

    private void ReadFrom(IHost host, IDataView data, GroupingBinding binding)
    {
        using IChannel log = host.Start("Reading rows");
        using DataViewRowCursor cursor = data.GetRowCursor(binding.InputsOf(data.Schema));
        var reader = new LongRowReader(host, cursor, binding, Tables);
        while (cursor.MoveNext())
        {
            if (Count % RowsBetweenChecks == 0)
                host.CheckAlive();
            int key = reader.Key();
            reader.Read(_open.AsSpan(_used * _width, _width));
            Add(key);
        }
        CloseBlock();
        _pages.Seal();
        _open = [];
        if (FileBytes > 0)
            log.Info($"{Count} rows of {Tables.Keys.Count} keys take {Description}.");
    }

    private void Add(int key)
    {
        if (Count == int.MaxValue)
            throw Contracts.Except(
                $"The table has more than {int.MaxValue} rows, the most that can be grouped in any order: sort it, and set IsGrouped."
            );
        if (key == _counts.Count)
            _counts.Add(0);
        CollectionsMarshal.AsSpan(_counts)[key]++;
        _keys.Add(key);
        if (++_used == _blockRows)
            CloseBlock();
    }

    private void CloseBlock()
    {
        if (_used == 0)
            return;
        _blocks.Add(_pages.Append([], _open.AsSpan(0, _used * _width)));
        _used = 0;
        _pages.CountBeside(_keys.Bytes + _blocks.Bytes + _counts.Capacity * (long)sizeof(int) + Tables.Bytes);
    }
}
