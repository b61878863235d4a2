namespace RnnMlNet.Runtime.Models;

/// <summary>A buffered range of a stream, from its current position, read once from start to end.</summary>
/// <param name="stream">The stream, not used by others meanwhile.</param>
/// <param name="length">Bytes of the range.</param>
internal sealed class PartStream(Stream stream, long length) : Stream
{
    private readonly byte[] _buffer = new byte[Math.Min(length, 1 << 16)];
    private int _at,
        _end;
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _read - (_end - _at);
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> destination)
    {
        if (_at == _end)
        {
            // Reads larger than the buffer bypass it.
            if (destination.Length >= _buffer.Length)
                return ReadThrough(destination);
            (_at, _end) = (0, ReadThrough(_buffer));
        }
        int count = Math.Min(destination.Length, _end - _at);
        _buffer.AsSpan(_at, count).CopyTo(destination);
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadThrough(Span<byte> destination)
    {
        int count = stream.Read(destination[..(int)Math.Min(destination.Length, length - _read)]);
        _read += count;
        return count;
    }
}

/// <summary>Discards bytes and counts them.</summary>
internal sealed class CountingStream : Stream
{
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;

    public override void Write(byte[] buffer, int offset, int count) => _length += count;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
