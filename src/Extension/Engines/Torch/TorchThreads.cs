using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Sets how many threads torch computes with on the CPU, and sets it back. A small network's step is too short to share: threads then wait for
/// each other longer than they work, and where the machine is busy with something else ten times as long.
/// </summary>
internal sealed class TorchThreads : IDisposable
{
    /// <summary>The widest layer that one thread computes alone, unless told otherwise.</summary>
    private const int LargestAlone = 128;
    private readonly int _before = get_num_threads();

    /// <param name="asked">The number of threads, or null to choose by the layers' width.</param>
    /// <param name="hiddenSize">H.</param>
    public TorchThreads(int? asked, int hiddenSize)
    {
        int threads = asked ?? (hiddenSize <= LargestAlone ? 1 : _before);
        if (threads != _before)
            set_num_threads(threads);
    }

    public void Dispose()
    {
        if (get_num_threads() != _before)
            set_num_threads(_before);
    }
}
