using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using NUnit.Framework;
using RnnMlNet.Tests;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Distributed.Tests.Samples;

/// <summary>Runs the sample as a user does: as a program of its own, from another folder than its own.</summary>
public partial class DistributedExperimentSampleTests
{
    private static readonly string _program = TestPaths.Program("samples", "DistributedExperiment");

    [Test, CancelAfter(600_000)]
    public async Task Workers_come_to_the_same_as_one_process_though_one_is_killed(CancellationToken end)
    {
        using Process coordinator = Start();
        string output = await OutputAsync(coordinator, end);
        Assert.That(coordinator.ExitCode, Is.Zero, output);
        string[] best = [.. Regex.Matches(output, @"the best is (trial \d+: .+?); 9 epochs").Select(match => match.Groups[1].Value)];
        Assert.That(best, Has.Length.EqualTo(2).And.All.EqualTo(best[0]), output);
        string killed = Regex
            .Match(output, @"Killed (worker \d) \(process \d+\), which has trial \d+, fold 0, up to epoch \d")
            .Groups[1]
            .Value;
        Assert.That(
            output,
            Does.Match($@"given to another after the kill: trial \d+, fold 0, up to epoch \d: lost by {killed}, then done by worker \d")
        );
        Assert.That(Regex.Matches(output, @"^  worker \d: +\d+ tasks", RegexOptions.Multiline), Has.Count.EqualTo(3));
        Assert.That(Regex.Matches(output, "^The same to the bit: ", RegexOptions.Multiline), Has.Count.EqualTo(4));
        Assert.That(Processes(output), Has.Length.EqualTo(3));
        Assert.That(Processes(output).Where(IsAlive), Is.Empty);
    }

    [Test, CancelAfter(600_000)]
    public async Task No_worker_outlives_a_coordinator_that_is_killed(CancellationToken end)
    {
        using Process coordinator = Start();
        int[] workers = [];
        try
        {
            while (workers.Length == 0 && await coordinator.StandardOutput.ReadLineAsync(end) is string line)
                workers = Processes(line);
        }
        finally
        {
            coordinator.Kill();
        }
        Assert.That(workers, Has.Length.EqualTo(3));
        while (workers.Any(IsAlive))
            await Task.Delay(50, end);
    }

    private static Process Start() =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, [_program]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;

    private static async Task<string> OutputAsync(Process process, CancellationToken end)
    {
        try
        {
            Task<string> errors = process.StandardError.ReadToEndAsync(end);
            string output = await process.StandardOutput.ReadToEndAsync(end);
            await process.WaitForExitAsync(end);
            return output + await errors;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static int[] Processes(string output) =>
        [.. WorkerPattern().Matches(output).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    private static bool IsAlive(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"worker \d is process (\d+)")]
    private static partial Regex WorkerPattern();
}
