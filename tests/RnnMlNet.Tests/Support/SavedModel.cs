using System.IO.Compression;
using Microsoft.ML;

namespace RnnMlNet.Tests.Support;

/// <summary>Models as files in memory.</summary>
internal static class SavedModel
{
    public static byte[] Bytes(MLContext ml, ITransformer model, DataViewSchema? inputSchema)
    {
        using var file = new MemoryStream();
        ml.Model.Save(model, inputSchema, file);
        return file.ToArray();
    }

    public static ITransformer Load(MLContext ml, byte[] bytes, out DataViewSchema inputSchema)
    {
        using var file = new MemoryStream(bytes);
        return ml.Model.Load(file, out inputSchema);
    }

    /// <summary>The contents of the zip, entry by entry: the zip itself contains the time of its creation.</summary>
    public static IReadOnlyDictionary<string, string> Entries(MLContext ml, ITransformer model, DataViewSchema? inputSchema) =>
        Entries(Bytes(ml, model, inputSchema));

    /// <summary>The contents of a model file, entry by entry.</summary>
    public static IReadOnlyDictionary<string, string> Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(entry => entry.FullName, Content);
    }

    /// <summary>A model file in which the content of an entry is another.</summary>
    /// <param name="file">The file.</param>
    /// <param name="entry">How the entry's name ends, with / between folders.</param>
    /// <param name="change">Makes the new content of the old one.</param>
    public static byte[] With(byte[] file, string entry, Func<byte[], byte[]> change)
    {
        using var from = new ZipArchive(new MemoryStream(file));
        using var memory = new MemoryStream();
        int changed = 0;
        using (var to = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (ZipArchiveEntry one in from.Entries)
            {
                bool isIt = one.FullName.Replace('\\', '/').EndsWith(entry, StringComparison.Ordinal);
                changed += isIt ? 1 : 0;
                using Stream stream = to.CreateEntry(one.FullName).Open();
                stream.Write(isIt ? change(Bytes(one)) : Bytes(one));
            }
        NUnit.Framework.Assert.That(changed, NUnit.Framework.Is.EqualTo(1), $"Entries whose name ends in {entry}");
        return memory.ToArray();
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static string Content(ZipArchiveEntry entry) => Convert.ToHexString(Bytes(entry));
}
