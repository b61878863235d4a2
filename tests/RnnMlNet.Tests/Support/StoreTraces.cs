namespace RnnMlNet.Tests.Support;

/// <summary>What there is of stores' files in a folder.</summary>
internal static class StoreTraces
{
    /// <summary>Names in the folder and, on Linux, also what this process has open or mapped there without a name.</summary>
    public static string[] In(string folder)
    {
        IEnumerable<string> traces = Directory.EnumerateFileSystemEntries(folder);
        if (OperatingSystem.IsLinux())
            traces = traces.Concat(OpenFiles()).Concat(File.ReadLines("/proc/self/maps"));
        return [.. traces.Where(trace => trace.Contains(folder, StringComparison.Ordinal))];
    }

    private static IEnumerable<string> OpenFiles() =>
        Directory.EnumerateFiles("/proc/self/fd").Select(descriptor => new FileInfo(descriptor).LinkTarget ?? "");
}
