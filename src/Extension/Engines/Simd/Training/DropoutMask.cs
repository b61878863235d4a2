namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// The values that a training step drops. Each place in the network has its own random numbers for each row of each step, a function of
/// seed and indices alone: they are equal for any number of threads, and are drawn again in the backward pass.
/// </summary>
/// <param name="seed">The training's seed.</param>
/// <param name="step">The training step.</param>
/// <param name="place">Index of the place in the network.</param>
internal readonly struct DropoutMask(int seed, long step, int place)
{
    /// <summary>Multiplies a share of the values by 0, and the others by 1 / (1 - share), which preserves the mean.</summary>
    /// <param name="values">The values.</param>
    /// <param name="share">The share dropped.</param>
    /// <param name="row">The row of the batch.</param>
    /// <param name="part">The part of the row, such as the time step.</param>
    public void Apply(Span<float> values, float share, int row, int part)
    {
        ulong state = Mix(Mix(Mix(Mix((uint)seed) + (ulong)step) + (uint)place) + ((ulong)(uint)row << 32 | (uint)part));
        uint dropped = (uint)(share * (double)(1L << 32));
        float enlarged = 1 / (1 - share);
        for (int i = 0; i < values.Length; i += 2)
        {
            // SplitMix64 (Steele, Lea and Flood, 2014).
            state += 0x9E3779B97F4A7C15;
            ulong random = Mix(state);
            values[i] *= (uint)random < dropped ? 0 : enlarged;
            if (i + 1 < values.Length)
                values[i + 1] *= (uint)(random >> 32) < dropped ? 0 : enlarged;
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
