using RnnMlNet.Models;

namespace RnnMlNet.Files;

/// <summary>The error of a file that could not be written, with its name and the remedy.</summary>
internal static class FileProblem
{
    // ENOSPC and EDQUOT of Linux and macOS; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private static readonly int[] _fullDisk = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>Whether the disk was full.</summary>
    public static bool IsFullDisk(IOException e) => _fullDisk.Contains(e.HResult);

    /// <summary>The error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">The exception.</param>
    /// <param name="option">The option with the file's path; null where the user named the file itself.</param>
    public static IOException Writing(string path, IOException cause, string? option)
    {
        string full = Path.GetFullPath(path),
            another = option is null ? "name another path" : $"set another {option}";
        string what =
            cause is FileInUseException
                ? $"The file '{full}' cannot be written, because another process or thread writes it at the same time: give each a path of "
                    + "its own"
                    + (option is null ? "" : $" as {option}")
            : IsFullDisk(cause)
                ? $"The file '{full}' cannot be written ({Reason(cause)}): free room on that disk, or {another} on a larger one"
            : $"The file '{full}' cannot be written ({Reason(cause)}): {another}";
        return new IOException($"{what}. An existing file is unchanged.", cause) { HResult = cause.HResult };
    }

    // Without the path, which .NET appends.
    private static string Reason(IOException cause) => cause.Message.Split(" : '")[0].TrimEnd('.');
}

/// <summary>Another process or thread writes the same file.</summary>
internal sealed class FileInUseException(IOException cause) : IOException(cause.Message, cause);
