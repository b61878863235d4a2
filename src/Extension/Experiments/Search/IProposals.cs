namespace RnnMlNet.Experiments;

/// <summary>Proposes trials.</summary>
internal interface IProposals
{
    /// <summary>Proposes a configuration; equal for equal seed, number and observations.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="seen">The results of earlier trials.</param>
    Configuration Propose(int number, IReadOnlyList<Observation> seen);
}

/// <summary>The result of a configuration at a comparison.</summary>
/// <param name="Configuration">The chosen values.</param>
/// <param name="Rung">The comparison.</param>
/// <param name="Rank">Smaller is better; comparable among observations of the same rung.</param>
internal readonly record struct Observation(Configuration Configuration, Rung Rung, int Rank);

/// <summary>Random proposals.</summary>
internal sealed class RandomProposals(SearchSpace space, int seed) : IProposals
{
    public Configuration Propose(int number, IReadOnlyList<Observation> seen) => Draw(space, RandomOf(seed, number));

    /// <summary>A generator for each trial, so that its proposal does not depend on the draws of others.</summary>
    public static Random RandomOf(int seed, int number) => new(Mixed(seed, number));

    // Generators with close seeds begin with similar numbers: SplitMix64's finaliser separates them (Steele et al., Fast Splittable
    // Pseudorandom Number Generators, 2014).
    private static int Mixed(int seed, int number)
    {
        ulong mixed = unchecked(((ulong)(uint)seed << 32 | (uint)number) + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return unchecked((int)(mixed ^ (mixed >> 31)));
    }

    /// <summary>A random value for each option whose condition holds.</summary>
    public static Configuration Draw(SearchSpace space, Random random)
    {
        var values = new Dictionary<string, object>();
        foreach (SearchDimension dimension in space.Dimensions)
        {
            // Drawn in any case, so that the other draws do not depend on whether it is used.
            object value = dimension.Draw(random);
            if (dimension.Condition?.Holds(values) ?? true)
                values[dimension.Option] = value;
        }
        return new Configuration(values);
    }
}
