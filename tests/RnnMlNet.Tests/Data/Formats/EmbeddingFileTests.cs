using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

/// <summary>Files of word vectors: the same words in every format, and what is refused of a damaged one.</summary>
[TestFixture]
public sealed class EmbeddingFileTests : IDisposable
{
    private static readonly (string Word, float[] Values)[] _words =
    [
        ("the", [0.5f, -1.25f, 3e-3f]),
        ("Zürich", [1, 2, 3]),
        ("🙂", [-0.1f, 0, 100]),
        ("the", [9, 9, 9]),
        ("1309", [0.25f, 0.5f, 0.75f]),
    ];

    private readonly FormatFile _files = new("vec", (_, _) => throw new NotSupportedException());

    public enum Format
    {
        GloVe,
        GloVeWithTabs,
        FastText,
        Word2VecText,
        Word2VecBinary,
        BinaryWithoutLineEnds,
    }

    public void Dispose() => _files.Dispose();

    [Test]
    public void The_same_words_are_read_of_every_format([Values] Format format, [Values] bool isCompressed)
    {
        byte[] bytes = Bytes(format, _words);
        using var file = new EmbeddingFile(_files.Context, _files.Write(isCompressed ? Compressed(bytes) : bytes));
        Assert.That(file.Width, Is.EqualTo(3));
        Assert.That(ReadAll(file), Is.EqualTo(_words.Select(word => $"{word.Word} {string.Join(' ', word.Values)}")));
        Assert.That(file.Count, Is.EqualTo(5));
    }

    [Test]
    public void Many_words_of_many_values_are_read_through_a_small_buffer([Values] Format format, [Values(1, 2, 50, 301)] int width)
    {
        var random = new Random(width);
        (string Word, float[] Values)[] words =
        [
            .. Enumerable
                .Range(0, 500)
                .Select(i => ($"word{i}", Enumerable.Range(0, width).Select(_ => (float)random.NextDouble() - 0.5f).ToArray())),
        ];
        using var file = new EmbeddingFile(_files.Context, _files.Write(Bytes(format, words)));
        Assert.That(ReadAll(file), Is.EqualTo(words.Select(word => $"{word.Word} {string.Join(' ', word.Values)}")));
    }

    [Test]
    public void Words_of_GloVe_may_have_blanks_and_lines_may_end_in_any_way()
    {
        string[] words = Words("a 1 2\r\n. . . 3 4 \r\nat name@domain.com 5 6\n\n7 8 9");
        Assert.That(words, Is.EqualTo(new[] { "a 1 2", ". . . 3 4", "at name@domain.com 5 6", "7 8 9" }));
        Assert.That(Words("\uFEFFa 1 2\n"), Is.EqualTo(new[] { "a 1 2" }));
        Assert.That(Words("a 1 2\n  3 4\n"), Is.EqualTo(new[] { "a 1 2", " 3 4" }));
    }

    [TestCase("", 1, "the file is empty; expected a word and its values on each line")]
    [TestCase("word\n", 1, "received a first line without values")]
    [TestCase("word 1 x 3\n", 1, "received 'x' on the first line as value 2 of a word")]
    [TestCase("a 1 2\nb 1\n", 2, "expected a word and its 2 values, received 'b 1' with 1 of them")]
    [TestCase("a 1 2\nb 1", 2, "with 1 of them: the file ends within the line, so get it again")]
    [TestCase("a 1 2\nb 1 ?\n", 2, "expected a number as value 2 of the word 'b', received '?'")]
    [TestCase("a 1 2\nb 1 NaN\n", 2, "the word 'b' has a value that is not finite: remove the word")]
    [TestCase("2 2\na 1 2\nb 1\n", 3, "expected a word and its 2 values, received 'b 1' with 1 of them")]
    [TestCase("3 2\na 1 2\nb 1 2\n", 4, "the file states 3 words, and has 2: get it again, or correct its first line")]
    [TestCase("1 2\na 1 2\nb 1 2\n", 4, "the file states 1 words, and has more")]
    [TestCase("0 2\n", 1, "the first line states 0 words of 2 values; expected 1 word or more of 1 to 65535 values")]
    [TestCase("PK\u0003\u0004...", 1, "it is a .zip archive: unpack it, or compress the file inside it with gzip")]
    public void A_damaged_text_is_refused_by_its_line(string content, int line, string sentence)
    {
        string path = _files.Write(content);
        Exception error = Assert.Catch<FormatException>(() => ReadAll(path))!;
        Assert.That(error.Message, Does.StartWith($"File '{path}', line {line}: ").And.Contains(sentence));
        Assert.That(error.IsMarked(), Is.True);
    }

    [Test]
    public void A_cut_binary_file_is_refused_wherever_it_is_cut()
    {
        byte[] whole = Bytes(Format.Word2VecBinary, _words);
        int header = whole.AsSpan().IndexOf((byte)'\n') + 1;
        for (int length = header; length < whole.Length - 1; length++)
        {
            string path = _files.Write(whole[..length]);
            Assert.That(() => ReadAll(path), Throws.InstanceOf<FormatException>(), $"{length} bytes");
        }
        Refused.Format(
            () => ReadAll(_files.Write(whole[..^5])),
            "word 5: the file ends within the word, of 5 that it states: get it again."
        );
        Refused.Format(() => ReadAll(_files.Write([.. whole, 65, 32, 0, 0, 0, 0])), "the file states 5 words, and has more");
    }

    [Test]
    public void A_cut_compressed_file_is_refused([Values(Format.GloVe, Format.Word2VecBinary)] Format format)
    {
        byte[] whole = Compressed(Bytes(format, _words));
        foreach (int left in (int[])[1, 8, 20])
            Assert.That(() => ReadAll(_files.Write(whole[..^left])), Throws.InstanceOf<FormatException>(), $"{left} bytes are missing");
    }

    [Test]
    public void A_model_of_fastText_is_no_file_of_vectors() =>
        Refused.Format(
            () => ReadAll(_files.Write([0xBA, 0x16, 0x4F, 0x2F, 12, 0, 0, 0])),
            "it is a fastText model (.bin), which holds more than vectors: take the .vec file beside it."
        );

    /// <summary>A file of vectors of a format.</summary>
    internal static byte[] Bytes(Format format, IReadOnlyList<(string Word, float[] Values)> words)
    {
        using var file = new MemoryStream();
        if (format is not (Format.GloVe or Format.GloVeWithTabs))
            file.Write(Encoding.UTF8.GetBytes($"{words.Count} {words[0].Values.Length}\n"));
        foreach (var (word, values) in words)
            file.Write(
                format is Format.Word2VecBinary or Format.BinaryWithoutLineEnds ? Entry(format, word, values) : Line(format, word, values)
            );
        return file.ToArray();
    }

    private static byte[] Line(Format format, string word, float[] values)
    {
        string separator = format == Format.GloVeWithTabs ? "\t" : " ",
            // fastText writes a blank after each value.
            end = format == Format.FastText ? " \n" : "\n";
        return Encoding.UTF8.GetBytes(FormattableString.Invariant($"{word}{separator}{string.Join(separator, values)}{end}"));
    }

    private static byte[] Entry(Format format, string word, float[] values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return [.. Encoding.UTF8.GetBytes($"{word} "), .. bytes, .. format == Format.Word2VecBinary ? "\n"u8 : ""u8];
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return file.ToArray();
    }

    private string[] Words(string content) => ReadAll(_files.Write(content));

    private string[] ReadAll(string path)
    {
        using var file = new EmbeddingFile(_files.Context, path);
        return ReadAll(file);
    }

    private static string[] ReadAll(EmbeddingFile file)
    {
        var words = new List<string>();
        var values = new float[file.Width];
        while (file.Read())
        {
            file.CopyTo(values);
            words.Add(FormattableString.Invariant($"{Encoding.UTF8.GetString(file.Word)} {string.Join(' ', values)}"));
        }
        return [.. words];
    }
}
