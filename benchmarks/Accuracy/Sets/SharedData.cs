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

    /// <summary>The lines of a file, or of the file of that name with ".gz" behind it.</summary>
    public static IEnumerable<string> ReadLines(string path)
    {
        if (File.Exists(path))
            return File.ReadLines(path);
        using var reader = new StreamReader(new GZipStream(File.OpenRead($"{path}.gz"), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n');
    }
}
