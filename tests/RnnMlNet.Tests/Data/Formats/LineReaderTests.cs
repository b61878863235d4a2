using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Data.Formats;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Data.Formats;

[TestFixture]
internal sealed class LineReaderTests
{
    private static readonly byte[] _mark = [0xEF, 0xBB, 0xBF];

    [TestCase("a\nb\n")]
    [TestCase("a\r\nb\r\n")]
    [TestCase("a\nb")]
    public void Lines_end_in_either_way_and_have_numbers(string text)
    {
        using var file = new FormatFile("txt", (_, _) => null!);
        using LineReader lines = Open(file.Write(text));

        Assert.That((lines.Read(), lines.Number), Is.EqualTo(("a", 1)));
        Assert.That((lines.Read(), lines.Number), Is.EqualTo(("b", 2)));
        Assert.That((lines.Read(), lines.Number), Is.EqualTo(((string?)null, 2)));
    }

    [Test]
    public void A_byte_order_mark_is_no_part_of_the_first_line()
    {
        using var file = new FormatFile("txt", (_, _) => null!);
        using LineReader lines = Open(file.Write([.. _mark, .. "é\n"u8]));

        Assert.That(lines.Read(), Is.EqualTo("é"));
    }

    [Test]
    public void Other_encodings_are_refused()
    {
        using var file = new FormatFile("txt", (_, _) => null!);
        string path = file.Write([.. "a\n"u8, .. Encoding.Latin1.GetBytes("é\n")]);
        using LineReader lines = Open(path);

        Refused.Format(() => lines.Read(), $"File '{path}', line 0: the bytes of a line after it are not UTF-8: save the file as UTF-8.");
    }

    [Test]
    public void A_compressed_file_is_decompressed_and_a_damaged_one_refused()
    {
        using var file = new FormatFile("gz", (_, _) => null!);
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
            zip.Write("a\nb\n"u8);
        using LineReader lines = Open(file.Write(bytes.ToArray()));
        Assert.That(new[] { lines.Read(), lines.Read(), lines.Read() }, Is.EqualTo(new[] { "a", "b", null }));

        using LineReader damaged = Open(file.Write("plain text"));
        Refused.Format(() => damaged.Read(), ", line 0: what follows cannot be decompressed (");
    }

    [Test]
    public void A_compressed_file_that_is_cut_anywhere_is_refused()
    {
        using var file = new FormatFile("gz", (_, _) => null!);
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
            for (int i = 0; i < 200; i++)
                zip.Write(Encoding.UTF8.GetBytes($"{i * 7919 % 1009}\n"));
        byte[] whole = bytes.ToArray();
        for (int length = 1; length < whole.Length; length++)
        {
            using LineReader lines = Open(file.Write(whole[..length]));
            Assert.That(() => ReadAll(lines), Throws.InstanceOf<FormatException>(), $"{length} bytes of {whole.Length}");
        }
        using LineReader complete = Open(file.Write(whole));
        Assert.That(ReadAll(complete), Is.EqualTo(200));
    }

    [Test]
    public void A_compressed_file_that_ends_early_says_what_to_do()
    {
        using var file = new FormatFile("gz", (_, _) => null!);
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress, leaveOpen: true))
            zip.Write("a\nb\n"u8);
        string path = file.Write(bytes.ToArray()[..^8]);
        using LineReader lines = Open(path);
        Refused.Format(
            () => ReadAll(lines),
            $"File '{path}', line 2: the compressed file ends here, before its end, or several files were appended to each other: "
                + "download it again, or compress it as one."
        );
    }

    private static int ReadAll(LineReader lines)
    {
        while (lines.Read() is not null)
            continue;
        return lines.Number;
    }

    [Test]
    public void Streams_without_a_path_have_a_number()
    {
        using var lines = new LineReader(new TestHost().Host, new Streams("a\n"), 0);
        lines.Read();

        Assert.That(lines.Problem("x").Message, Does.Contain("Stream 0, line 1: x."));
    }

    [Test]
    public void Long_texts_are_shortened_in_errors()
    {
        Assert.That(LineReader.Show(new string('x', 40)), Is.EqualTo($"'{new string('x', 40)}'"));
        Assert.That(LineReader.Show(new string('x', 41)), Is.EqualTo($"'{new string('x', 40)}...'"));
    }

    private static LineReader Open(string path) => new(new TestHost().Host, new MultiFileSource(path), 0);

    private sealed class Streams(string content) : IMultiStreamSource
    {
        public int Count => 1;

        public string GetPathOrNull(int index) => null!;

        public Stream Open(int index) => new MemoryStream(Encoding.UTF8.GetBytes(content));

        public TextReader OpenTextReader(int index) => new StreamReader(Open(index));
    }
}
