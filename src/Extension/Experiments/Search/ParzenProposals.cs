namespace RnnMlNet.Experiments;

/// <summary>
/// Proposals of a tree-structured Parzen estimator: two densities are fitted to the better and to the worse of the observed trials, values
/// are drawn from the better one, and of several draws the one with the highest ratio of both densities is proposed. A third of the
/// proposals is random, so that no part of the space is excluded. James Bergstra et al., Algorithms for Hyper-Parameter Optimization,
/// NeurIPS 2011; the choice of trials (the furthest comparison with enough of them) and the constants are those of BOHB, Falkner et al.,
/// ICML 2018.
/// </summary>
internal sealed class ParzenProposals(SearchSpace space, int seed) : IProposals
{
    private const double RandomShare = 1.0 / 3,
        GoodShare = 0.15;
    private const int Draws = 64;

    public Configuration Propose(int number, IReadOnlyList<Observation> seen)
    {
        Random random = RandomProposals.RandomOf(seed, number);
        bool isRandom = random.NextDouble() < RandomShare;
        Observation[] group = Informative(seen);
        return isRandom || group.Length == 0 ? RandomProposals.Draw(space, random) : Best(random, group);
    }

    // BOHB: the densities of d options need d + 1 trials each.
    private Observation[] Informative(IReadOnlyList<Observation> seen)
    {
        int fewest = space.Dimensions.Count + 2;
        return
        [
            .. seen.GroupBy(one => one.Rung)
                .Where(group => group.Count() >= fewest)
                .OrderByDescending(group => group.Key.Folds)
                .ThenByDescending(group => group.Key.Epochs)
                .FirstOrDefault()
                ?.OrderBy(one => one.Rank)
                ?? Enumerable.Empty<Observation>(),
        ];
    }

    private Configuration Best(Random random, Observation[] group)
    {
        int enough = space.Dimensions.Count + 1,
            good = Math.Clamp((int)(GoodShare * group.Length), Math.Min(enough, group.Length / 2), group.Length - 1);
        OptionDensity[] better = Densities(group[..good]),
            worse = Densities(group[good..]);
        Dictionary<string, object> best = [];
        double highest = double.NegativeInfinity;
        for (int draw = 0; draw < Draws; draw++)
        {
            var (values, ratio) = Draw(random, better, worse);
            if (ratio > highest)
                (best, highest) = (values, ratio);
        }
        return new Configuration(best);
    }

    private (Dictionary<string, object> Values, double Ratio) Draw(Random random, OptionDensity[] better, OptionDensity[] worse)
    {
        var values = new Dictionary<string, object>();
        double ratio = 0;
        for (int i = 0; i < space.Dimensions.Count; i++)
        {
            SearchDimension dimension = space.Dimensions[i];
            object value = better[i].Draw(random);
            if (!(dimension.Condition?.Holds(values) ?? true))
                continue;
            values[dimension.Option] = value;
            ratio += better[i].LogAt(value) - worse[i].LogAt(value);
        }
        return (values, ratio);
    }

    private OptionDensity[] Densities(Observation[] group) =>
        [
            .. space.Dimensions.Select(dimension =>
                OptionDensity.Of(
                    dimension,
                    [.. group.Select(one => one.Configuration.Values.GetValueOrDefault(dimension.Option)).OfType<object>()]
                )
            ),
        ];
}

/// <summary>The density of an option's values among trials.</summary>
internal abstract class OptionDensity
{
    public static OptionDensity Of(SearchDimension dimension, object[] values) =>
        dimension is ChoiceDimension choice ? new Choices(choice, values) : new Numbers((NumberDimension)dimension, values);

    public abstract object Draw(Random random);

    /// <summary>Logarithm of the density, up to a constant of the option.</summary>
    public abstract double LogAt(object value);

    /// <summary>Shares, each value counted once more than it was observed.</summary>
    private sealed class Choices : OptionDensity
    {
        private readonly ChoiceDimension _dimension;
        private readonly double[] _shares;

        public Choices(ChoiceDimension dimension, object[] values)
        {
            _dimension = dimension;
            _shares = new double[dimension.Values.Count];
            Array.Fill(_shares, 1.0 / (values.Length + _shares.Length));
            foreach (int index in values.Select(dimension.IndexOf).Where(index => index >= 0))
                _shares[index] += 1.0 / (values.Length + _shares.Length);
        }

        public override object Draw(Random random)
        {
            double place = random.NextDouble() * _shares.Sum();
            int index = 0;
            while (index < _shares.Length - 1 && place >= _shares[index])
                place -= _shares[index++];
            return _dimension.Values[index];
        }

        public override double LogAt(object value) => Math.Log(_shares[_dimension.IndexOf(value)]);
    }

    /// <summary>A normal kernel at each value, and one flat density that counts as one value.</summary>
    private sealed class Numbers(NumberDimension dimension, object[] values) : OptionDensity
    {
        private const double Narrowest = 0.05;

        private readonly double[] _places = [.. values.Select(dimension.Place)];
        private readonly double _width = Width([.. values.Select(dimension.Place)]);

        public override object Draw(Random random)
        {
            int kernel = random.Next(_places.Length + 1);
            if (kernel == _places.Length)
                return dimension.At(random.NextDouble());
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return dimension.At(Math.Clamp(_places[kernel] + _width * normal, 0, 1));
        }

        public override double LogAt(object value)
        {
            double place = dimension.Place(value),
                sum = 1;
            foreach (double kernel in _places)
                sum += Math.Exp(-0.5 * Math.Pow((place - kernel) / _width, 2)) / (_width * Math.Sqrt(2 * Math.PI));
            return Math.Log(sum / (_places.Length + 1));
        }

        // Scott's rule.
        private static double Width(double[] places)
        {
            if (places.Length < 2)
                return 0.25;
            double mean = places.Average(),
                deviation = Math.Sqrt(places.Sum(place => (place - mean) * (place - mean)) / (places.Length - 1));
            return Math.Max(Narrowest, 1.06 * deviation * Math.Pow(places.Length, -0.2));
        }
    }
}
