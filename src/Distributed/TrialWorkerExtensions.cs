using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using RnnMlNet.Distributed.Queue;
using RnnMlNet.Distributed.Workers;
using RnnMlNet.Experiments;

namespace RnnMlNet.Distributed;

/// <summary>Registers a process as a worker for experiments that run elsewhere with an <see cref="OrleansTrialExecutor"/>.</summary>
public static class TrialWorkerExtensions
{
    /// <summary>Runs tasks in a silo, from its host's start until its stop.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="open"> Opens the worker with the experiment's own <c>OpenWorker</c>, for the same rows, settings and seed as in the
    /// experiment. It is called once, on a thread of its own; an exception ends the host.
    /// </param>
    /// <param name="configure">Sets options. Null for the defaults.</param>
    /// <returns>The silo.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static ISiloBuilder AddRnnTrialWorker(
        this ISiloBuilder silo,
        Func<IServiceProvider, TrialWorker> open,
        Action<TrialWorkerOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddRnnTrialWorker(open, configure);
        return silo;
    }

    /// <summary>Runs tasks in a silo or a client of the cluster, from its host's start until its stop.</summary>
    /// <param name="services">The services of its host, with <c>UseOrleans</c> or <c>UseOrleansClient</c>.</param>
    /// <param name="open">As in
    /// <see cref="AddRnnTrialWorker(ISiloBuilder, Func{IServiceProvider, TrialWorker}, Action{TrialWorkerOptions})"/>.</param>
    /// <param name="configure">Sets options. Null for the defaults.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static IServiceCollection AddRnnTrialWorker(
        this IServiceCollection services,
        Func<IServiceProvider, TrialWorker> open,
        Action<TrialWorkerOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(open);
        return services.AddRunner(provider => new WorkerRunner(open(provider)), configure);
    }

    internal static IServiceCollection AddRunner(
        this IServiceCollection services,
        Func<IServiceProvider, ITaskRunner> open,
        Action<TrialWorkerOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new TrialWorkerOptions();
        configure?.Invoke(options);
        options.Check();
        if (!options.HostsQueue)
            services.PostConfigure<GrainTypeOptions>(types => types.Classes.Remove(typeof(TrialQueueGrain)));
        // Not AddHostedService, which adds a type only once: a process may serve several queues.
        return services.AddSingleton<IHostedService>(provider => new TrialWorkerService(
            new QueueAddress(provider.GetRequiredService<IGrainFactory>(), options.Queue),
            () => open(provider),
            options,
            MaxMessage(provider),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<ILogger<TrialWorkerService>>()
        ));
    }

    private static int MaxMessage(IServiceProvider provider) =>
        provider.GetService<ILocalSiloDetails>() is null
            ? provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value.MaxMessageBodySize
            : provider.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.MaxMessageBodySize;
}
