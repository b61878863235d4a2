using RnnMlNet.Training;
using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Sets how many threads torch computes with on the CPU, and restores the setting when the last engine is disposed. A small network's step
/// is too short to share: threads then wait for each other longer than they compute, and on a busy machine ten times as long.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    /// <summary>The widest layer that one thread computes alone by default.</summary>
    private const int LargestAlone = 128;

    // Torch has one setting for the process, and several fits may run at once.
    private static readonly Lock _gate = new();
    private static int _engines;
    private static int _before;
    private bool _disposed;

    /// <param name="asked">The number of threads, or null to choose by the layers' width.</param>
    /// <param name="hiddenSize">H.</param>
    public TorchThreads(int? asked, int hiddenSize)
    {
        lock (_gate)
        {
            if (_engines++ == 0)
                _before = get_num_threads();
            set_num_threads(asked is not null ? ThreadCount.Of(asked) : (hiddenSize <= LargestAlone ? 1 : _before));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            if (--_engines == 0)
                set_num_threads(_before);
        }
    }
}
