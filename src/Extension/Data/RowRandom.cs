namespace RnnMlNet.Data;

/// <summary>
/// The random numbers of a training row in an epoch: a function of seed, epoch, row and indices alone, and so the same for any order of
/// reading, any number of threads, and after a checkpoint.
/// </summary>
internal readonly struct RowRandom
{
    private readonly ulong _key;

    /// <param name="seed">The training's seed.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="row">Index of the row in its store.</param>
    public RowRandom(int seed, int epoch, int row) => _key = Mix(Mix(Mix((uint)seed + 0x9E3779B97F4A7C15) + (uint)epoch) + (uint)row);

    /// <summary>
    /// A number of mean 0 and deviation 1: the sum of four uniform ones, which is normal up to its tails; it is at most 3.5.
    /// </summary>
    /// <param name="purpose">What it is for: other purposes have other numbers.</param>
    /// <param name="index">Its index among those of the purpose.</param>
    public float Normal(int purpose, int index)
    {
        const float Unit = 1f / (1 << 16),
            Root3 = 1.7320508f;
        ulong bits = Bits(purpose, index);
        uint sum = (uint)(ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        return ((sum + 2) * Unit - 2) * Root3;
    }

    private ulong Bits(int purpose, int index) => Mix(_key + ((ulong)(uint)purpose << 32 | (uint)index) * 0x9E3779B97F4A7C15);

    // The output function of SplitMix64 (Steele, Lea and Flood, 2014).
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
