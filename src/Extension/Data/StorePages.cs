using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>
/// Rows of numbers, packed into pages. A page that is full stays in memory while the limit allows; from the first one on that does not fit,
/// all go to a temporary file, one after the other, which is mapped for reading once the last row is in. A row never crosses a page, so
/// that it can be read as one span, without a copy, wherever it lies. This is the one place that knows where a store's values live.
/// </summary>
/// <param name="memoryLimit">Bytes in memory at most. The page being filled comes on top: a page's size, or one row's where that is
/// larger.</param>
/// <param name="createFile">Makes the file when it is first needed, told how many bytes are to be written at once.</param>
/// <param name="pageSize">Numbers in a page; a larger row has a page of its own.</param>
internal sealed class StorePages(long memoryLimit, Func<long, StoreFile> createFile, int pageSize = StorePages.DefaultPageSize)
    : IDisposable
{
    private const int DefaultPageSize = 1 << 18;

    private readonly List<Page> _pages = [];
    private float[] _open = [];
    private int _used;
    private int _pagesInMemory;
    private long _numbersInMemory;
    private long _bytesBeside;
    private StoreFile? _file;

    /// <summary>Bytes in memory: full pages, and what the store keeps beside.</summary>
    public long MemoryBytes => _numbersInMemory * sizeof(float) + _bytesBeside;

    /// <summary>Bytes in the file.</summary>
    public long FileBytes => _file?.Length ?? 0;

    /// <summary>All bytes so far, those of the page being filled too.</summary>
    public long Bytes => MemoryBytes + FileBytes + _used * (long)sizeof(float);

    /// <summary>Where the rows lie, for the log.</summary>
    public string Description =>
        ByteSize.Text(MemoryBytes)
        + " of memory"
        + (_file is null ? "" : $" and {ByteSize.Text(FileBytes)} of a temporary file in '{_file.Directory}'");

    /// <summary>Appends a row in one piece, and returns its place.</summary>
    public long Append(ReadOnlySpan<float> head, ReadOnlySpan<float> body)
    {
        int count = checked(head.Length + body.Length);
        if (_used + (long)count > pageSize)
            ClosePage();
        if (_open.Length < count)
            _open = GC.AllocateUninitializedArray<float>(Math.Max(pageSize, count));
        long place = Place(_pages.Count, _used);
        head.CopyTo(_open.AsSpan(_used));
        body.CopyTo(_open.AsSpan(_used + head.Length));
        _used += count;
        return place;
    }

    /// <summary>Counts what the store keeps in memory beside the pages, which leaves so much less for them.</summary>
    public void CountBeside(long bytes)
    {
        _bytesBeside = bytes;
        while (MemoryBytes > memoryLimit && _pagesInMemory > 0)
            MoveLastToFile();
    }

    /// <summary>After the last row: from now on rows in the file can be read too, and none can be added.</summary>
    public void Seal()
    {
        ClosePage();
        _open = [];
        _file?.Map();
    }

    /// <summary>
    /// Numbers from a place on, where they lie; valid until the store is disposed. Rows in the file only after <see cref="Seal"/>.
    /// </summary>
    public ReadOnlySpan<float> Read(long place, int count)
    {
        int page = (int)(place >> 32),
            start = (int)place;
        if (page == _pages.Count)
            return _open.AsSpan(start, count);
        (float[]? values, long startInFile) = _pages[page];
        return values is null ? _file!.Read(startInFile + start, count) : values.AsSpan(start, count);
    }

    public void Dispose()
    {
        _pages.Clear();
        _open = [];
        _file?.Dispose();
    }

    private static long Place(int page, int start) => ((long)page << 32) | (uint)start;

    private void ClosePage()
    {
        if (_used == 0)
            return;
        ReadOnlySpan<float> values = _open.AsSpan(0, _used);
        bool fits = MemoryBytes + _used * (long)sizeof(float) <= memoryLimit;
        // Once there is a file, all further pages go there: those in memory are the first ones, and nothing is gained by gaps.
        if (_file is null && fits)
        {
            _pages.Add(new Page(values.ToArray(), 0));
            _pagesInMemory++;
            _numbersInMemory += _used;
        }
        else
        {
            _pages.Add(InFile(values));
        }
        _used = 0;
    }

    private void MoveLastToFile()
    {
        float[] values = _pages[--_pagesInMemory].Values!;
        _pages[_pagesInMemory] = InFile(values);
        _numbersInMemory -= values.Length;
    }

    private Page InFile(ReadOnlySpan<float> values)
    {
        _file ??= createFile(values.Length * (long)sizeof(float));
        return new Page(null, _file.Append(values));
    }

    /// <summary>A full page: its numbers where it is in memory, else where it starts in the file, in numbers.</summary>
    private readonly record struct Page(float[]? Values, long StartInFile);
}
