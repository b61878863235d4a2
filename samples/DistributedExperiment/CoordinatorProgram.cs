using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML.Data;
using Orleans;
using RnnMlNet.Distributed;
using RnnMlNet.Experiments;

namespace Samples.DistributedExperiment;

/// <summary>The experiment's own process: a silo that holds the queue of trials, and starts the workers.</summary>
internal static class CoordinatorProgram
{
    private const int Workers = 3;
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    public static async Task<int> RunAsync()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("DistributedExperiment.");
        try
        {
            Console.WriteLine("The experiment in this process");
            string oneFolder = Path.Combine(folder.FullName, "one"),
                workersFolder = Path.Combine(folder.FullName, "workers");
            var one = Timed(new DigitExperiment(oneFolder).Execute);

            Console.WriteLine();
            Console.WriteLine($"The experiment on {Workers} worker processes");
            var (distributed, lostOne) = await OnWorkersAsync(workersFolder);

            Console.WriteLine();
            bool isSame = new Comparison(one, distributed).Write(oneFolder, workersFolder);
            if (!lostOne)
                Console.WriteLine("The worker that was killed had already done its task: nothing was shown. Start again.");
            return isSame && lostOne ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(ExperimentResult<MulticlassClassificationMetrics> Result, bool LostOne)> OnWorkersAsync(string folder)
    {
        int[] ports = LoopbackSilo.FreePorts(2 + 2 * Workers);
        using IHost host = LoopbackSilo.Build(ports[0], ports[1], primaryPort: ports[0], _ => { });
        await host.StartAsync();
        WorkerProcess[] workers =
        [
            .. Enumerable
                .Range(1, Workers)
                .Select(number => new WorkerProcess(
                    new WorkerArguments($"worker {number}", ports[2 * number], ports[2 * number + 1], ports[0])
                )),
        ];
        try
        {
            var log = new TaskLog(workers);
            var executor = new OrleansTrialExecutor(
                host.Services.GetRequiredService<IGrainFactory>(),
                new OrleansTrialExecutorOptions { Progress = log }
            );
            CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            await AllThereAsync(executor, workers, stopping);
            var result = Timed(new DigitExperiment(folder, executor, stopping).Execute);
            return (result, log.Write());
        }
        finally
        {
            foreach (WorkerProcess worker in workers)
                worker.Dispose();
        }
    }

    // An experiment need not wait for its workers. This one does, so that each runs tasks.
    private static async Task AllThereAsync(OrleansTrialExecutor executor, IReadOnlyList<WorkerProcess> workers, CancellationToken stopping)
    {
        var clock = Stopwatch.StartNew();
        while ((await executor.GetWorkersAsync(stopping)).Count < workers.Count)
        {
            if (workers.FirstOrDefault(worker => worker.HasExited) is WorkerProcess ended)
                throw new InvalidOperationException($"{ended.Name} has ended before it took a task: what it wrote stands above.");
            if (clock.Elapsed > _patience)
                throw new TimeoutException($"Not all workers were there after {_patience}.");
            await Task.Delay(100, stopping);
        }
        Console.WriteLine($"  {string.Join(", ", workers.Select(worker => $"{worker.Name} is process {worker.Id}"))}");
    }

    private static ExperimentResult<MulticlassClassificationMetrics> Timed(Func<ExperimentResult<MulticlassClassificationMetrics>> execute)
    {
        ExperimentResult<MulticlassClassificationMetrics> result = execute();
        Console.WriteLine($"  {result.RunDetails.Count} trials in {result.Seconds:0.0} s; the best is {result.BestRun}");
        Console.WriteLine(
            $"  log-loss {result.BestRun.ValidationMetrics!.LogLoss:0.0000}, accuracy "
                + $"{result.BestRun.ValidationMetrics.MicroAccuracy:0.000} on the images held out"
        );
        return result;
    }
}
