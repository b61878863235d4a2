using System.IO.Compression;

namespace Accuracy.Sets;

/// <summary>Where the data lies: a folder shared/data beside the repository, found by walking up, or the one given.</summary>
internal static class SharedData
{
    /// <summary>The folder, or null where there is none.</summary>
    public static string? Find(string? given)
    {
        if (given is not null)
            return Directory.Exists(given) ? given : null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }

    /// <summary>Opens a file, gzipped where its name ends with ".gz", or the gzipped one beside where it is not there itself.</summary>
    public static StreamReader Open(string path)
    {
        string stored = File.Exists(path) ? path : $"{path}.gz";
        FileStream file = File.OpenRead(stored);
        return new StreamReader(stored.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    /// <summary>The lines of a file that <see cref="Open"/> opens.</summary>
    public static IEnumerable<string> ReadLines(string path)
    {
        using StreamReader reader = Open(path);
        while (reader.ReadLine() is string line)
            yield return line;
    }
}
