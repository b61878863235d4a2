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

    /// <summary>What stands in the zip, entry by entry: the zip itself holds the time it was made.</summary>
    public static IReadOnlyDictionary<string, string> Entries(MLContext ml, ITransformer model, DataViewSchema? inputSchema) => Entries(Bytes(ml, model, inputSchema));

    /// <summary>What stands in a model file, entry by entry.</summary>
    public static IReadOnlyDictionary<string, string> Entries(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(entry => entry.FullName, Content);
    }

    private static string Content(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Convert.ToHexString(memory.ToArray());
    }
}
