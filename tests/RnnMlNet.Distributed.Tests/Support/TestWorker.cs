using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Workers;

namespace RnnMlNet.Distributed.Tests.Support;

/// <summary>A worker in the test's own process.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private const int MaxMessage = 100_000;

    private readonly TrialWorkerService _service;

    private TestWorker(TrialWorkerService service) => _service = service;

    /// <summary>Starts one.</summary>
    public static async Task<TestWorker> StartAsync(IGrainFactory cluster, string queue, string name, ITaskRunner runner, int slots = 1)
    {
        var options = new TrialWorkerOptions
        {
            Queue = queue,
            Name = name,
            Slots = slots,
            Heartbeat = TimeSpan.FromSeconds(0.2),
            Lease = TimeSpan.FromSeconds(3),
        };
        var service = new TrialWorkerService(
            new QueueAddress(cluster, queue),
            () => runner,
            options,
            MaxMessage,
            new StartedLifetime(),
            NullLogger<TrialWorkerService>.Instance
        );
        await service.StartAsync(CancellationToken.None);
        return new TestWorker(service);
    }

    /// <summary>Has it leave.</summary>
    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        _service.Dispose();
    }

    private sealed class StartedLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() { }
    }
}
