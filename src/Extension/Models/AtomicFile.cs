namespace RnnMlNet.Models;

/// <summary>
/// A file that is there in whole, as it was or as it is to be, whenever the process or the machine stops and whatever is thrown: it is written
/// under another name in the same folder, brought to the disk, and renamed.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes the file, or replaces it.</summary>
    /// <param name="path">The file, which need not be there yet.</param>
    /// <param name="write">Writes the new content. What it throws leaves the file as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path), temporary = Temporary(target);
        // What a process that was killed may have left is overwritten.
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            WriteOrDelete(file, write);
        File.Move(temporary, target, overwrite: true);
    }

    /// <summary>Deletes the file, and what a write that was cut off may have left.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(Temporary(Path.GetFullPath(path)));
    }

    private static void WriteOrDelete(FileStream file, Action<Stream> write)
    {
        try
        {
            write(file);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            file.Dispose();
            File.Delete(file.Name);
            throw;
        }
    }

    private static string Temporary(string path) => path + ".tmp";
}
