using System.Diagnostics;
using NUnit.Framework;

namespace RnnMlNet.Tests.Support;

/// <summary>What a program that ran wrote, and how it ended.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Error);

/// <summary>Runs another .NET program on the same runtime as the tests.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program by the muxer that runs the tests, and waits for its end.</summary>
    public static ChildResult Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(_limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{Path.GetFileName(program)} {string.Join(' ', arguments)} did not end within {_limit}.");
        }
        return new ChildResult(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>As <see cref="Run"/>, and fails the test unless the program ended well.</summary>
    public static string RunWell(string program, params string[] arguments)
    {
        ChildResult result = Run(program, arguments);
        Assert.That(result.ExitCode, Is.Zero, $"{result.Output}\n{result.Error}");
        return result.Output;
    }
}
