using static TorchSharp.torch;

namespace RnnMlNet.Engines.Torch;

/// <summary>
/// A scope with a seeded global random state: torch's modules draw their initial weights from a state that all torch code of the process
/// shares, so a custom cell gets the same initial weights every time. The previous state is restored afterwards.
/// </summary>
internal sealed class GlobalRandom : IDisposable
{
    private readonly Tensor _state;

    private GlobalRandom(int seed)
    {
        _state = get_rng_state().DetachFromDisposeScope();
        // Only the CPU's state, which initialises modules; torch's manual_seed would change the GPUs' too.
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
