using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace RnnMlNet.Runtime.Models;

/// <summary>
/// Finds a recurrent network in a model that ML.NET saved: a zip file whose entries <c>Model.key</c> begin with a header that names their
/// loader.
/// </summary>
internal static class MlNetArchive
{
    private const string ScorerEntry = "Model.key",
        NetworkEntry = "Model/Model.key";

    // ML.NET's ModelHeader: 8 bytes "ML\0MODEL", at 16 the model's offset, at 80 the loader's name in 24 bytes.
    private const int HeaderBytes = 256,
        ModelOffsetAt = 16,
        LoaderAt = 80,
        LoaderBytes = 24;

    // Weights compress by about a tenth; small entries may compress by any factor.
    private const int MostExpansion = 100,
        SmallBytes = 64 << 20;

    private static readonly byte[] _signature = "ML\0MODEL"u8.ToArray();

    private static readonly string[] _scorers =
    [
        "RnnBinaryScorer",
        "RnnMulticlassScorer",
        "RnnRegressionScorer",
        "RnnSequenceTagger",
        "RnnMultiLabelScorer",
        "RnnMultiLabelTagger",
    ];

    /// <summary>The first bytes of a zip file.</summary>
    public static ReadOnlySpan<byte> ZipSignature => "PK\u0003\u0004"u8;

    /// <summary>Reads the one recurrent network of a model, and its scoring section.</summary>
    /// <param name="stream">The file, seekable.</param>
    /// <exception cref="FormatException">The model has no such network or several, or is damaged; the message states which.</exception>
    public static RuntimeModel Read(Stream stream)
    {
        using ZipArchive zip = Open(stream);
        ZipArchiveEntry[] found = [.. zip.Entries.Where(entry => entry.Name == ScorerEntry && _scorers.Contains(LoaderOf(entry)))];
        if (found.Length != 1)
            throw ModelErrors.Format(
                found.Length == 0
                    ? "There is no recurrent classifier, regression or tagger of RnnMlNet in the file: save a pipeline that has one by "
                        + "ML.NET's Model.Save, or by SaveRuntimeModel."
                    : $"There are {found.Length} recurrent networks in the file "
                        + $"({string.Join(", ", found.Select(entry => entry.FullName))}): save each with SaveRuntimeModel."
            );
        string folder = found[0].FullName[..^ScorerEntry.Length];
        ScorerPart part = ReadModel(
            found[0],
            reader =>
            {
                ChecksummedSection.Skip(reader);
                return ScorerPart.Read(reader);
            }
        );
        ZipArchiveEntry network =
            zip.GetEntry(folder + NetworkEntry)
            ?? throw ModelErrors.Format($"The file is damaged: there is no entry '{folder + NetworkEntry}'.");
        return ReadModel(
            network,
            reader =>
            {
                // Written by ML.NET's base class: the size of a float.
                reader.ReadInt32();
                return RuntimeModel.ReadNetworks(reader, part);
            }
        );
    }

    private static ZipArchive Open(Stream stream)
    {
        try
        {
            return new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException e)
        {
            throw ModelErrors.Format($"The file is a damaged zip file: {e.Message}", e);
        }
    }

    private static string LoaderOf(ZipArchiveEntry entry)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        using Stream content = entry.Open();
        int count = content.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        return count < HeaderBytes || !header.StartsWith(_signature)
            ? ""
            : Encoding.ASCII.GetString(header.Slice(LoaderAt, LoaderBytes)).TrimEnd('\0');
    }

    private static T ReadModel<T>(ZipArchiveEntry entry, Func<BinaryReader, T> read)
    {
        if (entry.Length > SmallBytes && entry.Length / MostExpansion > entry.CompressedLength)
            throw ModelErrors.Format(
                $"The file's entry '{entry.FullName}' is damaged: {entry.CompressedLength} compressed bytes expand "
                    + $"to {entry.Length}, which no training produces."
            );
        // A section is hashed in place and then read, so its stream must be seekable.
        using var content = new MemoryStream();
        try
        {
            using Stream packed = entry.Open();
            packed.CopyTo(content);
        }
        catch (InvalidDataException e)
        {
            throw ModelErrors.Format($"The file's entry '{entry.FullName}' is damaged: {e.Message}", e);
        }
        long at = content.Length < HeaderBytes ? -1 : BinaryPrimitives.ReadInt64LittleEndian(content.GetBuffer().AsSpan(ModelOffsetAt));
        if (at < HeaderBytes || at > content.Length)
            throw ModelErrors.Format(
                $"The file's entry '{entry.FullName}' is damaged: its header states the model at {at} " + $"of {content.Length} bytes."
            );
        content.Position = at;
        return read(new BinaryReader(content));
    }
}
