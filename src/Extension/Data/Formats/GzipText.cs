using System.Buffers.Binary;
using System.IO.Compression;

namespace RnnMlNet.Data.Formats;

/// <summary>A file that is compressed by gzip, and the check that it is complete: .NET's decompression ends silently where the file
/// does.</summary>
internal sealed class GzipText : IDisposable
{
    // Header, an empty text, checksum and length.
    private const int LeastBytes = 20;

    private readonly CountedStream _compressed;
    private readonly CountedStream _text;

    public GzipText(Stream file)
    {
        _compressed = new CountedStream(file);
        _text = new CountedStream(new GZipStream(_compressed, CompressionMode.Decompress));
    }

    /// <summary>The decompressed bytes.</summary>
    public Stream Text => _text;

    /// <summary>
    /// After the end of <see cref="Text"/>: whether the file is empty, or the text's length is the one that the file's last four bytes
    /// state, modulo 2^32 (RFC 1952).
    /// </summary>
    public bool IsComplete()
    {
        _compressed.CopyTo(Stream.Null);
        return _compressed.Length == 0 || (_compressed.Length >= LeastBytes && (uint)_text.Length == _compressed.Last);
    }

    public void Dispose()
    {
        _text.Dispose();
        _compressed.Dispose();
    }

    /// <summary>Counts the bytes that are read, and keeps the last four.</summary>
    private sealed class CountedStream(Stream inner) : Stream
    {
        private readonly byte[] _last = new byte[sizeof(uint)];
        private long _count;

        /// <summary>The last four bytes as a number, the lowest first.</summary>
        public uint Last => BinaryPrimitives.ReadUInt32LittleEndian(_last);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _count;

        public override long Position
        {
            get => _count;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            _count += read;
            int kept = Math.Min(read, _last.Length);
            _last.AsSpan(kept).CopyTo(_last);
            buffer.Slice(read - kept, kept).CopyTo(_last.AsSpan(_last.Length - kept));
            return read;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
