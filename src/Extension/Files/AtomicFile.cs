using RnnMlNet.Models;

namespace RnnMlNet.Files;

/// <summary>
/// Replaces a file atomically: after any interruption or exception it is complete, either the old or the new one. The new file is written
/// under another name in the same folder, flushed to the disk, and renamed.
/// </summary>
/// <remarks>
/// An existing file keeps its mode, and where the path is a link, the link, whose target is written. Anything that is not a file, such as
/// <c>/dev/stdout</c>, is written to.
/// </remarks>
internal static class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Writes the file, or replaces it.</summary>
    /// <param name="path">The file, which need not exist.</param>
    /// <param name="write">Writes the new content. An exception leaves the file unchanged.</param>
    /// <param name="option">The option with the file's path; null where the user named the file itself.</param>
    /// <exception cref="IOException">The disk is full, or another process writes the file: the message names the file and the
    /// remedy.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not writable.</exception>
    public static void Write(string path, Action<Stream> write, string? option = null)
    {
        try
        {
            WriteOrKeep(path, write);
        }
        // Other exceptions state the problem with the path themselves.
        catch (IOException e) when (e is FileInUseException || e.GetType() == typeof(IOException))
        {
            throw FileProblem.Writing(path, e, option);
        }
    }

    private static void WriteOrKeep(string path, Action<Stream> write)
    {
        string target = Target(path),
            temporary = Temporary(target);
        if (IsDevice(target))
        {
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(device);
            return;
        }
        CheckWritable(target);
        // A foreign link under this name would lead elsewhere.
        if (new FileInfo(temporary).LinkTarget is not null)
            File.Delete(temporary);
        // A file left by a killed process is overwritten. Unbuffered: a buffer that finds the disk full when it is closed would throw once
        // more, before the file is deleted.
        using (FileStream file = Create(temporary))
            WriteOrDelete(file, target, write);
        MoveOrDelete(temporary, target);
    }

    /// <summary>Deletes the file, and the remains of an interrupted write. A link to it stays.</summary>
    public static void Delete(string path)
    {
        string target = Target(path);
        File.Delete(target);
        File.Delete(Temporary(target));
    }

    private static FileStream Create(string temporary)
    {
        try
        {
            return new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(temporary) && !FileProblem.IsFullDisk(e))
        {
            throw new FileInUseException(e);
        }
    }

    private static void WriteOrDelete(FileStream file, string target, Action<Stream> write)
    {
        try
        {
            var buffered = new BufferedStream(file, BufferBytes);
            write(buffered);
            buffered.Flush();
            if (!OperatingSystem.IsWindows() && File.Exists(target))
                File.SetUnixFileMode(file.SafeFileHandle, File.GetUnixFileMode(target));
            file.Flush(flushToDisk: true);
        }
        catch
        {
            file.Dispose();
            File.Delete(file.Name);
            throw;
        }
    }

    private static void MoveOrDelete(string temporary, string target)
    {
        try
        {
            // Windows keeps a file's access rights where it is replaced, and not where another takes its name.
            if (OperatingSystem.IsWindows() && File.Exists(target))
                File.Replace(temporary, target, destinationBackupFileName: null, ignoreMetadataErrors: true);
            else
                File.Move(temporary, target, overwrite: true);
        }
        // Another writer has renamed or deleted it.
        catch (FileNotFoundException e)
        {
            throw new FileInUseException(e);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    // The file that a path leads to, through links.
    private static string Target(string path)
    {
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : new FileInfo(full).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    private static bool IsDevice(string target) =>
        !OperatingSystem.IsWindows()
        && target.StartsWith("/dev/", StringComparison.Ordinal)
        && File.Exists(target)
        && !target.StartsWith("/dev/shm/", StringComparison.Ordinal);

    // A file that is not writable can be renamed over, against the meaning of its mode.
    private static void CheckWritable(string target)
    {
        if (Directory.Exists(target))
            throw new UnauthorizedAccessException($"'{target}' is a folder, where a file is to be written: name a file in it.");
        if (File.Exists(target))
            new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0).Dispose();
    }

    private static string Temporary(string path) => path + ".tmp";
}
