using System.Diagnostics;

namespace Training;

/// <summary>This program, started again as another process.</summary>
internal static class Child
{
    public const string Option = "--child";

    /// <summary>
    /// Starts it as this process was started: by the muxer, which carries its own C++ runtime where the system's is too old.
    /// </summary>
    /// <param name="args">What it is to be, and how.</param>
    public static Process Start(params string[] args) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, CommandLine(args))
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    /// <summary>What the muxer is given.</summary>
    public static string[] CommandLine(params string[] args) => [typeof(Child).Assembly.Location, Option, .. args];

    /// <summary>Waits for a child that writes one line; the line.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Line(Process process)
    {
        string text = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 && text.Length > 0
            ? text
            : throw new InvalidOperationException(
                $"A child process should have written a line and ended with 0, but wrote '{text}' and ended with {process.ExitCode}."
            );
    }
}
