using NUnit.Framework;
using Orleans;
using Orleans.TestingHost;
using RnnMlNet.Distributed.Tests.Support;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed.Tests;

/// <summary>Clusters of one silo, which is a worker: whether it holds the queue too.</summary>
[CancelAfter(120_000)]
public class QueueHostTests
{
    [Test]
    public async Task A_cluster_of_workers_without_a_queue_is_an_error_that_says_who_may_hold_it(CancellationToken end)
    {
        await using InProcessTestCluster cluster = await StartAsync(hostsQueue: false);
        var executor = new OrleansTrialExecutor(
            cluster.Client,
            new OrleansTrialExecutorOptions { UnreachableTimeout = TimeSpan.FromSeconds(1) }
        );
        Assert.That(
            async () => await executor.RunAsync(Tasked.Task(4), end),
            Throws
                .InstanceOf<TimeoutException>()
                .With.Message.EqualTo(
                    "The queue 'default' was unreachable for 1 s: a silo of the cluster must hold it, one that references "
                        + "RnnMlNet.Distributed and is not a worker, or is one with HostsQueue set. The last error: "
                        + "The cluster has no silo "
                        + "that may hold a queue."
                )
        );
    }

    [Test]
    public async Task A_worker_may_hold_the_queue(CancellationToken end)
    {
        await using InProcessTestCluster cluster = await StartAsync(hostsQueue: true);
        TrialOutcome outcome = await new OrleansTrialExecutor(cluster.Client).RunAsync(Tasked.Task(4), end);
        Assert.That(outcome.Trial, Is.EqualTo(4));
    }

    private static async Task<InProcessTestCluster> StartAsync(bool hostsQueue)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) => silo.Services.AddRunner(_ => ScriptedRunner.Quick(), options => options.HostsQueue = hostsQueue)
        );
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
