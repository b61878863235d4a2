using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace RnnMlNet.Data;

/// <summary>
/// The names of stores' files, which contain the process and its start time; so a file that a process left behind without cleanup (power
/// failure, or a kill between the file's creation and its unlinking) is recognised, and removed.
/// </summary>
internal static partial class StoreFolder
{
    // A process's start is computed from the clock, which may have been set since.
    private const long ClockSlackSeconds = 10;

    /// <summary>A path that no file has yet.</summary>
    public static string NewPath(string directory)
    {
        using var process = Process.GetCurrentProcess();
        return Path.Combine(directory, NameFor(process));
    }

    /// <summary>A new name of a file of the given process.</summary>
    internal static string NameFor(Process process) =>
        string.Create(CultureInfo.InvariantCulture, $"rnnmlnet-{process.Id}-{Started(process)}-{Guid.NewGuid():N}.store");

    /// <summary>
    /// Removes the files of ended processes. Files that cannot be removed stay, and so do files with other names.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist.</exception>
    public static void RemoveStale(string directory)
    {
        foreach (FileInfo file in new DirectoryInfo(directory).EnumerateFiles("rnnmlnet-*.store"))
            if (StoreName().Match(file.Name) is { Success: true } name && file.LinkTarget is null && !IsRunning(name))
                TryRemove(file.FullName);
    }

    private static bool IsRunning(Match name)
    {
        if (!int.TryParse(name.Groups["process"].Value, CultureInfo.InvariantCulture, out int id))
            return false;
        try
        {
            using var process = Process.GetProcessById(id);
            return Math.Abs(Started(process) - long.Parse(name.Groups["started"].Value, CultureInfo.InvariantCulture)) <= ClockSlackSeconds;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // A process of that number exists, but its start is not readable: the file may be its own.
            return true;
        }
    }

    private static long Started(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();

    // A process that has its file open has also locked it, whatever its number: processes of another container are invisible here.
    private static void TryRemove(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file is in use, or another user's.
        }
    }

    [GeneratedRegex("^rnnmlnet-(?<process>[0-9]{1,10})-(?<started>[0-9]{1,12})-[0-9a-f]{32}\\.store$", RegexOptions.CultureInvariant)]
    private static partial Regex StoreName();
}
