namespace RnnMlNet.Checkpoints;

/// <summary>
/// A file that is there in whole, as it was or as it is to be, whenever the process or the machine stops: it is written under another name in the
/// same folder, brought to the disk, and renamed.
/// </summary>
internal static class AtomicFile
{
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = Temporary(path);
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Deletes the file, and what a write that was cut off may have left.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(Temporary(path));
    }

    private static string Temporary(string path) => path + ".tmp";
}
