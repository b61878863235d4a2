using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// Torch's modules draw their first weights from a random state that all torch code of the process shares. Inside this scope that state is
/// seeded, so that a user's own cell starts the same every time; afterwards it is as it was.
/// </summary>
internal sealed class GlobalRandom : IDisposable
{
    private readonly Tensor _state;

    private GlobalRandom(int seed)
    {
        _state = get_rng_state().DetachFromDisposeScope();
        // The CPU's numbers alone, from which modules start; manual_seed of all torch would change the GPUs' too.
        using Generator cpu = Generator.Default;
        cpu.manual_seed(seed);
    }

    public static GlobalRandom Kept(int seed) => new(seed);

    public void Dispose()
    {
        set_rng_state(_state);
        _state.Dispose();
    }
}
