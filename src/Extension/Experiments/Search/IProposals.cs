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
/// <param name="Epochs">Epochs it was trained for.</param>
/// <param name="Rank">Smaller is better; comparable among observations of as many epochs.</param>
internal readonly record struct Observation(Configuration Configuration, int Epochs, int Rank);

/// <summary>Proposes by chance.</summary>
internal sealed class RandomProposals(SearchSpace space, int seed) : IProposals
{
    public Configuration Propose(int number, IReadOnlyList<Observation> seen) => Draw(space, RandomOf(seed, number));

    /// <summary>A generator of a trial's own, so that what it is proposed does not depend on what was drawn for others.</summary>
    public static Random RandomOf(int seed, int number) => new(unchecked(seed * 397 ^ number * 7919));

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
