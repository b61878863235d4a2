using System.IO.Compression;
using Accuracy.Defaults;

namespace Accuracy.Tables;

/// <summary>A set in the shape in which people have it, with plain defaults beside its columns.</summary>
internal interface ITableCase
{
    string Name { get; }

    /// <summary>Accuracy, F1 or RMSE.</summary>
    string Measure { get; }

    bool LowerIsBetter { get; }

    /// <summary>What the mean over seeds must reach; null for a figure beside another case's.</summary>
    double? Bar { get; }

    /// <summary>Trains, and measures on test rows.</summary>
    Outcome Run(int seed, int threads);
}

/// <summary>A text file that may be compressed, as a file that is not: it is deleted at the end.</summary>
internal sealed class PlainFile : IDisposable
{
    private readonly string? _temporary;

    /// <param name="path">The file; where it is missing, path.gz.</param>
    public PlainFile(string path)
    {
        Path = path;
        if (File.Exists(path))
            return;
        Path = _temporary = System.IO.Path.GetTempFileName();
        using var from = new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        using FileStream to = File.Create(_temporary);
        from.CopyTo(to);
    }

    public string Path { get; }

    public void Dispose()
    {
        if (_temporary is not null)
            File.Delete(_temporary);
    }
}
