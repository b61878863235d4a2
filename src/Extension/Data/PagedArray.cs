namespace RnnMlNet.Data;

/// <summary>
/// A growing run of values in pages; what is appended together lies together, so that it can be read as one span. This is the one place that
/// knows where the store's values live.
/// </summary>
internal sealed class PagedArray<T>
{
    private const int PageSize = 1 << 18;
    private readonly List<T[]> _pages = [];
    private int _used;

    /// <summary>Appends values, and returns where they stand.</summary>
    public Place Append(ReadOnlySpan<T> values)
    {
        if (_pages.Count == 0 || _pages[^1].Length - _used < values.Length)
        {
            _pages.Add(new T[Math.Max(PageSize, values.Length)]);
            _used = 0;
        }
        var place = new Place(_pages.Count - 1, _used, values.Length);
        values.CopyTo(_pages[^1].AsSpan(_used));
        _used += values.Length;
        return place;
    }

    public ReadOnlySpan<T> this[Place place] => _pages[place.Page].AsSpan(place.Start, place.Count);

    /// <summary>Where a run of values stands.</summary>
    internal readonly record struct Place(int Page, int Start, int Count);
}
