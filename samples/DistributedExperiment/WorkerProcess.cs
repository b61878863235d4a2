using System.Diagnostics;

namespace Samples.DistributedExperiment;

/// <summary>
/// A worker's process, for the coordinator. It ends when this is disposed, and when the coordinator's process ends.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    public WorkerProcess(WorkerArguments arguments)
    {
        Name = arguments.Name;
        var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(WorkerProcess).Assembly.Location, .. arguments.Write()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Relay;
        _process.ErrorDataReceived += Relay;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Kills it at once.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Relay(object sender, DataReceivedEventArgs line)
    {
        if (!string.IsNullOrEmpty(line.Data))
            Console.WriteLine($"  {Name}: {line.Data}");
    }
}
