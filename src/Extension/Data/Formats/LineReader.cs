using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Data.Formats;

/// <summary>The lines of a text file in UTF-8, with or without a byte order mark, and its errors, which name the file and the
/// line.</summary>
internal sealed class LineReader : IDisposable
{
    private const int MostShown = 40;

    // Its preamble is skipped where the file has one; bytes that are not UTF-8 are an error.
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private readonly IExceptionContext _ectx;
    private readonly StreamReader _reader;
    private readonly GzipText? _gzip;

    /// <param name="ectx">Creates the errors.</param>
    /// <param name="source">The files.</param>
    /// <param name="index">Which of them.</param>
    public LineReader(IExceptionContext ectx, IMultiStreamSource source, int index)
    {
        _ectx = ectx;
        string? path = source.GetPathOrNull(index);
        Name = path is null ? $"Stream {index}" : $"File '{path}'";
        Stream stream = source.Open(index);
        if (path?.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) == true)
        {
            _gzip = new GzipText(stream);
            stream = _gzip.Text;
        }
        _reader = new StreamReader(stream, _utf8, detectEncodingFromByteOrderMarks: false);
    }

    /// <summary>The file, as an error names it.</summary>
    public string Name { get; }

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="FormatException">The file is not UTF-8, or a damaged .gz.</exception>
    public string? Read()
    {
        try
        {
            string? line = _reader.ReadLine();
            if (line is not null)
                Number++;
            else if (_gzip?.IsComplete() == false)
                throw Problem(
                    "the compressed file ends here, before its end, or several files were appended to each other: download it again, or "
                        + "compress it as one"
                );
            return line;
        }
        catch (DecoderFallbackException)
        {
            throw Problem("the bytes of a line after it are not UTF-8: save the file as UTF-8");
        }
        catch (InvalidDataException e)
        {
            throw Problem($"what follows cannot be decompressed ({e.Message.TrimEnd('.')}): replace the file by an undamaged one");
        }
    }

    /// <summary>The error of the line that was read last.</summary>
    /// <param name="sentence">What was expected and received, and what to do, without a full stop.</param>
    public Exception Problem(string sentence) => _ectx.ExceptDecode($"{Name}, line {Number}: {sentence}.");

    /// <summary>A text of the file for an error, in quotes, shortened where it is long.</summary>
    public static string Show(ReadOnlySpan<char> text) => text.Length <= MostShown ? $"'{text}'" : $"'{text[..MostShown]}...'";

    public void Dispose()
    {
        _reader.Dispose();
        _gzip?.Dispose();
    }
}
