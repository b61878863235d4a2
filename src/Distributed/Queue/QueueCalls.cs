using System.Net.Sockets;
using Orleans.Runtime;

namespace RnnMlNet.Distributed.Queue;

/// <summary>Calls of a queue that may be unreachable for a while.</summary>
/// <param name="queue">The queue.</param>
/// <param name="patience">How long it may be unreachable.</param>
internal sealed class QueueCalls(QueueAddress queue, TimeSpan patience)
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether an error is transient: a silo died, a connection broke, a grain moved.</summary>
    public static bool MayPass(Exception exception) =>
        exception is TimeoutException or OrleansException or IOException or SocketException or QueueNotThereException;

    /// <summary>Repeats a call until it succeeds.</summary>
    /// <param name="call">The call, which must be idempotent.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <exception cref="TimeoutException">The queue was unreachable for too long.</exception>
    public async Task<T> RepeatAsync<T>(Func<ITrialQueueGrain, Task<T>> call, CancellationToken cancellation)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await call(queue.Grain).WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (MayPass(e))
            {
                if (TimeProvider.System.GetElapsedTime(began) > patience)
                    throw new TimeoutException(
                        $"The queue '{queue.Name}' was unreachable for {patience.TotalSeconds:0} s: a silo of the cluster must hold it, "
                            + $"one that references RnnMlNet.Distributed and is not a worker, or is one with HostsQueue "
                            + $"set. The last error: "
                            + $"{e.Message}",
                        e
                    );
            }
            await Task.Delay(_pause, cancellation).ConfigureAwait(false);
        }
    }
}
