using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using RnnMlNet.Distributed;

namespace Samples.DistributedExperiment;

/// <summary>Arguments of a worker.</summary>
/// <param name="Name">The worker's name.</param>
/// <param name="SiloPort">Port of its own, for other silos.</param>
/// <param name="GatewayPort">Port of its own, for clients.</param>
/// <param name="PrimaryPort">Silo port of the coordinator.</param>
internal sealed record WorkerArguments(string Name, int SiloPort, int GatewayPort, int PrimaryPort)
{
    public static WorkerArguments Read(string[] args) => new(args[1], Port(args[2]), Port(args[3]), Port(args[4]));

    public IEnumerable<string> Write() => ["--worker", Name, $"{SiloPort}", $"{GatewayPort}", $"{PrimaryPort}"];

    private static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>A worker's process: a silo that runs trials.</summary>
internal static class WorkerProgram
{
    public static async Task<int> RunAsync(WorkerArguments arguments)
    {
        EndWithCoordinator();
        using IHost host = LoopbackSilo.Build(
            arguments.SiloPort,
            arguments.GatewayPort,
            arguments.PrimaryPort,
            silo =>
                silo.AddRnnTrialWorker(
                    _ => new DigitExperiment().OpenWorker(),
                    options =>
                    {
                        options.Name = arguments.Name;
                        options.Slots = 1;
                        options.ThreadsPerTask = 1;
                        options.Heartbeat = TimeSpan.FromSeconds(0.5);
                        options.Lease = TimeSpan.FromSeconds(5);
                    }
                )
        );
        await host.RunAsync();
        return 0;
    }

    // The coordinator holds the other end of the standard input, which closes when it ends for any reason.
    private static void EndWithCoordinator()
    {
        var watch = new Thread(() =>
        {
            Console.In.ReadToEnd();
            Process.GetCurrentProcess().Kill();
        })
        {
            IsBackground = true,
        };
        watch.Start();
    }
}
