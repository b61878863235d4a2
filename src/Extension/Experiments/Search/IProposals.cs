namespace RnnMlNet.Experiments;

/// <summary>Proposes what to try next.</summary>
internal interface IProposals
{
    /// <summary>A configuration to try. The same for the same seed, number and observations.</summary>
    /// <param name="number">The trial's number.</param>
    /// <param name="seen">What earlier trials came to.</param>
    Configuration Propose(int number, IReadOnlyList<Observation> seen);
}

/// <summary>What a configuration came to.</summary>
/// <param name="Configuration">The values chosen.</param>
/// <param name="Rung">Where it was compared.</param>
/// <param name="Rank">Smaller is better; comparable among observations of the same rung.</param>
internal readonly record struct Observation(Configuration Configuration, Rung Rung, int Rank);

/// <summary>Proposes by chance.</summary>
internal sealed class RandomProposals(SearchSpace space, int seed) : IProposals
{
    public Configuration Propose(int number, IReadOnlyList<Observation> seen) => Draw(space, RandomOf(seed, number));

    /// <summary>A generator of a trial's own, so that what it is proposed does not depend on what was drawn for others.</summary>
    public static Random RandomOf(int seed, int number) => new(Mixed(seed, number));

    // Generators of seeds that lie close together begin with numbers that do: SplitMix64's finaliser (Steele et al., Fast Splittable
    // Pseudorandom Number Generators, 2014).
    private static int Mixed(int seed, int number)
    {
        ulong mixed = unchecked(((ulong)(uint)seed << 32 | (uint)number) + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return unchecked((int)(mixed ^ (mixed >> 31)));
    }

    /// <summary>A value by chance for each option whose condition holds.</summary>
    public static Configuration Draw(SearchSpace space, Random random)
    {
        var values = new Dictionary<string, object>();
        foreach (SearchDimension dimension in space.Dimensions)
        {
            // Drawn in any case, so that the others are the same whether it is used or not.
            object value = dimension.Draw(random);
            if (dimension.Condition?.Holds(values) ?? true)
                values[dimension.Option] = value;
        }
        return new Configuration(values);
    }
}
