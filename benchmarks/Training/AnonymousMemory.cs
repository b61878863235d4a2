using System.Diagnostics;
using System.Globalization;

namespace Training;

/// <summary>
/// The memory of a process that is backed by no file, and so cannot be given back to the system without it: watched until the process ends.
/// </summary>
internal static class AnonymousMemory
{
    private const string Field = "RssAnon:";
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Watches until the process ends; the most bytes that it had. 0 where the system does not tell.</summary>
    public static long Peak(Process process)
    {
        long peak = 0;
        do
        {
            peak = Math.Max(peak, Now(process.Id));
        } while (!process.WaitForExit(_pause));
        return peak;
    }

    private static long Now(int process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process}/status")
                .FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
            return line is null
                ? 0
                : 1024 * long.Parse(line[Field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException)
        {
            return 0;
        }
    }
}
