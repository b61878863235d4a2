namespace RnnMlNet.Data.Formats;

/// <summary>The unread bytes of a stream, of which as many as needed are in memory.</summary>
internal sealed class ByteWindow(Stream stream)
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start,
        _end;

    /// <summary>The unread bytes in memory.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start.._end);

    /// <summary>The next bytes, fewer at the end.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        bool isMore = true;
        while (isMore && _end - _start < count)
            isMore = Fill(count);
        return Unread[..Math.Min(count, _end - _start)];
    }

    /// <summary>Skips bytes that are in memory.</summary>
    public void Skip(int count) => _start += count;

    private bool Fill(int count)
    {
        if (_start > 0)
        {
            Unread.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_buffer.Length < count)
            Array.Resize(ref _buffer, Math.Max(count, 2 * _buffer.Length));
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
