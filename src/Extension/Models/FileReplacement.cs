namespace RnnMlNet.Models;

/// <summary>Replaces a file as a whole: whenever the process ends, or whatever is thrown, the file is the old one or the new one.</summary>
internal static class FileReplacement
{
    /// <summary>Writes a temporary file beside the file, to the disk, and then gives it the file's name.</summary>
    /// <param name="path">The file, which need not be there yet.</param>
    /// <param name="write">Writes the new content. What it throws leaves the file as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path), temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
