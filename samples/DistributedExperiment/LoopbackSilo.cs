using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Samples.DistributedExperiment;

/// <summary>Silos of a cluster on this machine, reachable from this machine only.</summary>
internal static class LoopbackSilo
{
    /// <summary>The host of a silo.</summary>
    /// <param name="siloPort">Port of its own, for other silos.</param>
    /// <param name="gatewayPort">Port of its own, for clients.</param>
    /// <param name="primaryPort">Silo port of the silo with the membership table.</param>
    /// <param name="configure">Further configuration.</param>
    public static IHost Build(int siloPort, int gatewayPort, int primaryPort, Action<ISiloBuilder> configure)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        // Orleans logs much that is irrelevant here, such as the end of a killed silo; errors of a worker are logged.
        builder
            .Logging.AddSimpleConsole(console => console.SingleLine = true)
            .AddFilter((category, level) => level >= LogLevel.Error && category!.StartsWith("RnnMlNet", StringComparison.Ordinal));
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort, gatewayPort, new IPEndPoint(IPAddress.Loopback, primaryPort));
            configure(silo);
        });
        return builder.Build();
    }

    /// <summary>Unused ports.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            // All at once, so that they differ.
            foreach (TcpListener listener in listeners)
                listener.Start();
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (TcpListener listener in listeners)
                listener.Dispose();
        }
    }
}
