using System.Diagnostics;

namespace RnnMlNet.Programs.Tests.Eng;

/// <summary>A program run to its end: its exit code and its output.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    internal static ProgramRun Of(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null
    ) => In("", program, arguments, environment);

    /// <summary>The same in <paramref name="folder"/>; empty for the folder of the tests.</summary>
    internal static ProgramRun In(
        string folder,
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output, errors.Result);
    }
}
