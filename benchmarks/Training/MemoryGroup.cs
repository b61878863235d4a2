using System.Diagnostics;
using System.Globalization;

namespace Training;

/// <summary>
/// A control group of Linux (version 2) that may hold so much memory, page cache included, and cannot swap. Making one takes rights that a
/// container or an ordinary user mostly lacks.
/// </summary>
internal sealed class MemoryGroup : IDisposable
{
    private readonly string _folder;

    private MemoryGroup(string folder) => _folder = folder;

    /// <summary>Makes one; null where that cannot be done.</summary>
    /// <param name="bytes">The memory of all its processes together.</param>
    /// <param name="root">Where control groups are mounted.</param>
    public static MemoryGroup? TryCreate(long bytes, string root = "/sys/fs/cgroup")
    {
        // Without this file the folder is no group of version 2, or one that hands no memory on.
        if (!File.Exists(Path.Combine(root, "cgroup.subtree_control")))
            return null;
        var group = new MemoryGroup(Path.Combine(root, $"training-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(group._folder);
            group.Write("memory.max", bytes.ToString(CultureInfo.InvariantCulture));
            group.Write("memory.swap.max", "0");
            return group;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            group.Dispose();
            return null;
        }
    }

    /// <summary>Starts this program inside it: a shell moves itself there and becomes the program, which so never lives outside.</summary>
    public Process Start(params string[] args)
    {
        string join = $"echo $$ > '{_folder}/cgroup.procs' && exec \"$0\" \"$@\"";
        return Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", join, Environment.ProcessPath!, .. Child.CommandLine(args)])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left of it holds no process and takes no room.
        }
    }

    private void Write(string file, string value)
    {
        // Only what is there is set: a file made here would limit nothing.
        using var stream = new FileStream(Path.Combine(_folder, file), FileMode.Open, FileAccess.Write);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }
}
