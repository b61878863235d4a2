namespace RnnMlNet.Runtime.Models;

/// <summary>A model file of either kind: <see cref="RuntimeModel"/>, or an archive of ML.NET (<see cref="MlNetArchive"/>).</summary>
internal static class ModelFile
{
    /// <summary>Reads a file of this kind, or one that ML.NET saved.</summary>
    /// <param name="stream">The file, seekable, from its current position.</param>
    /// <exception cref="FormatException">The file is not a model, newer, truncated or altered; the message states which.</exception>
    public static RuntimeModel Read(Stream stream)
    {
        Span<byte> first = stackalloc byte[MlNetArchive.ZipSignature.Length];
        long start = stream.Position;
        int count = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        stream.Position = start;
        if (first[..count].SequenceEqual(MlNetArchive.ZipSignature))
            return MlNetArchive.Read(stream);
        var reader = new BinaryReader(stream);
        return RuntimeModel.ReadNetworks(reader, ScorerPart.Read(reader));
    }
}
