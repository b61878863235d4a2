using NUnit.Framework;
using PuppeteerSharp;
using RnnMlNet.Programs.Tests.Eng;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Programs.Tests.Support;

/// <summary>The Chromium of this machine, without a window.</summary>
internal static class Chromium
{
    private static readonly string[] _arguments =
    [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ];

    /// <summary>Starts it; the test is ignored, with the reason, where there is none and none can be installed.</summary>
    /// <param name="profile">A new folder.</param>
    public static async Task<IBrowser> Start(string profile)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Ignore("The browser is looked for on Linux alone.");
        ProgramRun run = ProgramRun.Of("sh", [Path.Combine(TestPaths.RepositoryRoot, "eng", "chromium.sh")]);
        if (run.ExitCode != 0)
            Assert.Ignore(run.Errors);
        // Chromium's sandbox refuses to start as root.
        string[] sandbox = Environment.IsPrivilegedProcess ? ["--no-sandbox"] : [];
        return await Puppeteer.LaunchAsync(
            new LaunchOptions
            {
                ExecutablePath = run.Output.Trim(),
                Headless = true,
                UserDataDir = profile,
                Args = [.. _arguments, .. sandbox],
            }
        );
    }
}
