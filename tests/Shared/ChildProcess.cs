using System.Diagnostics;
using NUnit.Framework;

namespace RnnMlNet.Tests.Support;

/// <summary>What a program that ran wrote, and how it ended.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Runs another .NET program on the same runtime as the tests.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program by the muxer that runs the tests, and waits for its end.</summary>
    public static ChildResult Run(string program, params string[] arguments) => Run(program, new Dictionary<string, string>(), arguments);

    /// <summary>As <see cref="Run(string, string[])"/>, with environment variables beside those of this process.</summary>
    public static ChildResult Run(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(),
            error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{Path.GetFileName(program)} {string.Join(' ', arguments)} did not end within {_limit}.");
        }
        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>As <see cref="Run(string, string[])"/>, and fails the test unless the program ended well.</summary>
    public static string RunWell(string program, params string[] arguments)
    {
        ChildResult result = Run(program, arguments);
        Assert.That(result.ExitCode, Is.Zero, $"{result.Output}\n{result.Error}");
        return result.Output;
    }
}
