using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>
/// A file of word vectors, read word by word: text of GloVe (a word and its values a line), of fastText and word2vec (the same after a line
/// with the number of words and of values), or binary of word2vec (that line, then words and 4-byte values, the lowest byte first). Plain
/// or compressed by gzip. Words are UTF-8.
/// </summary>
internal sealed class EmbeddingFile : IDisposable
{
    private const string Formats =
        "a word and its values on each line (GloVe, fastText's .vec, word2vec's text), or word2vec's binary format";
    private const byte Blank = (byte)' ',
        Tab = (byte)'\t',
        LineEnd = (byte)'\n';
    private const int MostHeaderBytes = 64,
        MostWordBytes = 10_000;

    private static ReadOnlySpan<byte> FastTextModel => [0xBA, 0x16, 0x4F, 0x2F];

    private readonly IExceptionContext _ectx;
    private readonly string _path;
    private readonly Stream _file;
    private readonly GzipText? _gzip;
    private readonly ByteWindow _bytes;
    private readonly bool _isBinary;
    private readonly long? _stated;

    // Lines that are no word's, and the number of the word that is read.
    private long _otherLines;
    private long _number;
    private Range _word;
    private Range _values;

    /// <summary>Opens a file and finds its format from its first bytes.</summary>
    /// <exception cref="FormatException">It is none of the formats.</exception>
    public EmbeddingFile(IExceptionContext ectx, string path)
    {
        (_ectx, _path) = (ectx, path);
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        try
        {
            bool isGzip = _file.ReadByte() == 0x1F && _file.ReadByte() == 0x8B;
            _file.Position = 0;
            _gzip = isGzip ? new GzipText(_file) : null;
            _bytes = new ByteWindow(_gzip?.Text ?? _file);
            CheckKind();
            SkipByteOrderMark();
            if (Header() is var (count, width))
                (_stated, Width, _isBinary) = (count, width, IsBinary());
            else
                Width = WidthOfFirstLine();
        }
        catch (InvalidDataException e)
        {
            Dispose();
            throw Damaged(e);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>E, values of a word.</summary>
    public int Width { get; }

    /// <summary>Number of words read so far.</summary>
    public long Count { get; private set; }

    /// <summary>The current word, UTF-8.</summary>
    public ReadOnlySpan<byte> Word => _bytes.Unread[_word];

    /// <summary>Reads the next word; false at the end.</summary>
    /// <exception cref="FormatException">The file is damaged, or has another number of words than it states.</exception>
    public bool Read()
    {
        try
        {
            _bytes.Skip(_values.End.Value);
            (_word, _values, _number) = (default, default, Count + 1);
            bool isRead = _isBinary ? ReadEntry() : ReadLine();
            if (isRead)
                Count++;
            else
                CheckEnd();
            return isRead;
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e);
        }
    }

    /// <summary>Copies the current word's values.</summary>
    /// <param name="values">E.</param>
    /// <exception cref="FormatException">One is not a finite number.</exception>
    public void CopyTo(Span<float> values)
    {
        ReadOnlySpan<byte> source = _bytes.Unread[_values];
        if (_isBinary)
            for (int i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(source[(i * sizeof(float))..]);
        else
            for (int i = 0; i < values.Length; i++)
            {
                ReadOnlySpan<byte> field = NextField(ref source);
                if (!TryNumber(field, out values[i]))
                    throw Problem($"expected a number as value {i + 1} of the word {Show(Word)}, received {Show(field)}");
            }
        foreach (float value in values)
            if (!float.IsFinite(value))
                throw Problem($"the word {Show(Word)} has a value that is not finite: remove the word");
    }

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    private void CheckKind()
    {
        ReadOnlySpan<byte> start = _bytes.Peek(4);
        if (start.StartsWith("PK\u0003\u0004"u8))
            throw Problem("it is a .zip archive: unpack it, or compress the file inside it with gzip");
        if (start.StartsWith(FastTextModel))
            throw Problem("it is a fastText model (.bin), which holds more than vectors: take the .vec file beside it");
        if (start.IsEmpty)
            throw Problem($"the file is empty; expected {Formats}");
    }

    private void SkipByteOrderMark()
    {
        if (_bytes.Peek(3).StartsWith(Encoding.UTF8.Preamble))
            _bytes.Skip(3);
    }

    // A first line of two whole numbers.
    private (long Count, int Width)? Header()
    {
        ReadOnlySpan<byte> start = _bytes.Peek(MostHeaderBytes);
        int end = start.IndexOf(LineEnd);
        if (end < 0)
            return null;
        ReadOnlySpan<byte> line = Trim(start[..end]);
        int blank = line.IndexOfAny(Blank, Tab);
        if (
            blank < 0
            || !long.TryParse(line[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
            || !int.TryParse(Trim(line[blank..]), NumberStyles.None, CultureInfo.InvariantCulture, out int width)
        )
            return null;
        if (count < 1 || width is < 1 or > ushort.MaxValue)
            throw Problem(
                $"the first line states {count} words of {width} values; expected 1 word or more of 1 to {ushort.MaxValue} values"
            );
        _bytes.Skip(end + 1);
        _otherLines = 1;
        return (count, width);
    }

    // The values of a binary file have bytes that no text has.
    private bool IsBinary()
    {
        ReadOnlySpan<byte> start = _bytes.Peek(1 << 12);
        foreach (byte value in start)
            if (value is < 0x09 or (> 0x0D and < 0x20) or 0xC0 or 0xC1 or > 0xF4)
                return true;
        return false;
    }

    private int WidthOfFirstLine()
    {
        ReadOnlySpan<byte> line = Trim(Line());
        int width = 0;
        NextField(ref line);
        while (!line.IsEmpty)
        {
            ReadOnlySpan<byte> field = NextField(ref line);
            if (!TryNumber(field, out _))
                throw Problem($"expected {Formats}, received {Show(field)} on the first line as value {width + 1} of a word");
            width++;
        }
        return width > 0 ? width : throw Problem($"expected {Formats}, received a first line without values");
    }

    private bool ReadLine()
    {
        ReadOnlySpan<byte> whole = Line();
        while (!whole.IsEmpty && Trim(whole).IsEmpty)
        {
            _bytes.Skip(whole.Length);
            _otherLines++;
            whole = Line();
        }
        if (whole.IsEmpty)
            return false;
        ReadOnlySpan<byte> line = whole.TrimEnd(" \t\r\n"u8);
        // Words of some files have blanks in them, or are blanks: the values are the last E fields.
        int start = line.Length,
            fields = 0;
        for (; fields < Width; fields++)
        {
            int blank = line[..start].TrimEnd(" \t"u8).LastIndexOfAny(Blank, Tab);
            if (blank < 0)
                break;
            start = blank;
        }
        ReadOnlySpan<byte> word = line[..start].TrimEnd(" \t"u8);
        if (fields < Width)
            throw Problem(
                $"expected a word and its {Width} values, received {Show(line)} with {fields} of them"
                    + (whole[^1] == LineEnd ? "" : ": the file ends within the line, so get it again")
            );
        (_word, _values) = (..word.Length, start..whole.Length);
        return true;
    }

    private bool ReadEntry()
    {
        while (_bytes.Peek(1).StartsWith("\n"u8))
            _bytes.Skip(1);
        if (_bytes.Peek(1).IsEmpty || Count == _stated)
            return false;
        ReadOnlySpan<byte> start = _bytes.Peek(MostWordBytes);
        int word = start.IndexOf(Blank);
        if (word < 0 && start.Length == MostWordBytes)
            throw Problem($"expected a word of less than {MostWordBytes} bytes and a blank after it");
        int size = word + 1 + Width * sizeof(float);
        if (word < 0 || _bytes.Peek(size).Length < size)
            throw Problem($"the file ends within the word, of {_stated} that it states: get it again");
        (_word, _values) = (..word, (word + 1)..size);
        return true;
    }

    private void CheckEnd()
    {
        bool isAtEnd = _bytes.Peek(1).IsEmpty;
        if (isAtEnd && _gzip?.IsComplete() == false)
            throw Problem("the compressed file ends before its end: get it again");
        if (_stated is long stated && (Count != stated || !isAtEnd))
            throw Problem(
                $"the file states {stated} words, and has {(Count < stated ? $"{Count}" : "more")}: get it again, or correct its first line"
            );
    }

    // With its end.
    private ReadOnlySpan<byte> Line()
    {
        int length = 1 << 10;
        while (true)
        {
            ReadOnlySpan<byte> start = _bytes.Peek(length);
            int end = start.IndexOf(LineEnd);
            if (end >= 0)
                return start[..(end + 1)];
            if (start.Length < length)
                return start;
            if (length > 1 << 26)
                throw Problem($"expected {Formats}, received a line of more than 64 MiB");
            length *= 2;
        }
    }

    private static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        int end = line.IndexOfAny(" \t\r\n"u8);
        ReadOnlySpan<byte> field = end < 0 ? line : line[..end];
        line = line[field.Length..].TrimStart(" \t\r\n"u8);
        return field;
    }

    private static bool TryNumber(ReadOnlySpan<byte> field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line) => line.Trim(" \t\r\n"u8);

    private static string Show(ReadOnlySpan<byte> text) =>
        LineReader.Show(Encoding.UTF8.GetString(text.Length > MostHeaderBytes ? text[..MostHeaderBytes] : text));

    private Exception Damaged(InvalidDataException e) =>
        Problem($"what follows cannot be decompressed ({e.Message.TrimEnd('.')}): replace the file by an undamaged one");

    private Exception Problem(string sentence) =>
        _ectx.ExceptDecode(
            $"File '{_path}', {(_isBinary ? $"word {Math.Max(1, _number)}" : $"line {_otherLines + Math.Max(1, _number)}")}: {sentence}."
        );
}
