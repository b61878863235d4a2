using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>
/// Rows of floats, packed into pages. A full page stays in memory while the limit allows; from the first one that does not fit, all go to a
/// temporary file, one after the other, which is mapped for reading after the last row. A row never crosses a page, so that it can be read
/// as one span, without a copy. Only this class decides where a store's values are.
/// </summary>
/// <param name="memoryLimit">Bytes in memory at most. The page being filled comes on top: a page's size, or one row's where that is
/// larger.</param>
/// <param name="createFile">Creates the file when it is first needed, given the bytes to be written at once.</param>
/// <param name="pageSize">Floats in a page; a larger row has a page of its own.</param>
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

    /// <summary>Bytes in memory: full pages, and the store's other memory.</summary>
    public long MemoryBytes => _numbersInMemory * sizeof(float) + _bytesBeside;

    /// <summary>Bytes in the file.</summary>
    public long FileBytes => _file?.Length ?? 0;

    /// <summary>All bytes so far, including those of the page being filled.</summary>
    public long Bytes => MemoryBytes + FileBytes + _used * (long)sizeof(float);

    /// <summary>Where the rows are stored, for the log.</summary>
    public string Description =>
        ByteSize.Text(MemoryBytes)
        + " of memory"
        + (_file is null ? "" : $" and {ByteSize.Text(FileBytes)} of a temporary file in '{_file.Directory}'");

    /// <summary>Appends a row contiguously, and returns its offset.</summary>
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

    /// <summary>Counts the store's other memory, which reduces the memory for pages.</summary>
    public void CountBeside(long bytes)
    {
        _bytesBeside = bytes;
        while (MemoryBytes > memoryLimit && _pagesInMemory > 0)
            MoveLastToFile();
    }

    /// <summary>Ends the writing after the last row: rows in the file can be read from now on, and none can be added.</summary>
    public void Seal()
    {
        ClosePage();
        _open = [];
        _file?.Map();
    }

    /// <summary>
    /// The floats at an offset; valid until the store is disposed. Rows in the file only after <see cref="Seal"/>.
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
        // Once there is a file, all further pages go there: those in memory are the first ones, and gaps would gain nothing.
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

    /// <summary>A full page: its values where it is in memory, else its offset in the file, in floats.</summary>
    private readonly record struct Page(float[]? Values, long StartInFile);
}
