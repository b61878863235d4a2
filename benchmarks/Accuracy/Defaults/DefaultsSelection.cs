using System.Globalization;
using Accuracy.Sets;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>
/// How the defaults were chosen: changes to them compared by cross-validation on the training rows of the series sets. The test files are never opened here.
/// </summary>
internal static class DefaultsSelection
{
    private const int Folds = 3;

    private static readonly (string Name, Action<RnnMulticlassTrainer.Options> Change)[] _candidates =
    [
        ("defaults", _ => { }),
        ("1 network, nothing held out", o => (o.Networks, o.ValidationFraction) = (1, 0)),
        ("4 networks", o => o.Networks = 4),
        ("12 networks", o => o.Networks = 12),
        ("2 layers", o => o.Layers = 2),
        ("pooling Mean, Max", o => o.Pooling = Pooling.Mean | Pooling.Max),
        ("pooling Last", o => o.Pooling = Pooling.Last),
        ("one direction", o => o.Bidirectional = false),
        ("LSTM", o => o.Cell = CellKind.Lstm),
        ("128 units", o => o.HiddenSize = 128),
        ("no patches", o => o.PatchLength = 1),
        ("batches of 8", o => o.BatchSize = 8),
        ("learning rate 1e-3", o => o.LearningRate = 1e-3f),
        ("learning rate 5e-3", o => o.LearningRate = 5e-3f),
        ("no input dropout", o => o.InputDropout = 0),
        ("input dropout .2", o => o.InputDropout = 0.2f),
        ("head dropout .5", o => o.HeadDropout = 0.5f),
        ("weight decay .05", o => o.WeightDecay = 0.05f),
        ("label smoothing .1", o => o.LabelSmoothing = 0.1f),
    ];

    /// <summary>Prints a line a candidate: the means over sets and folds, then accuracy, log-loss and seconds of each set.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="candidate">A part of the names of those to try; null for all.</param>
    /// <param name="threads">Fits at a time, on one thread each.</param>
    public static void Run(string data, Predicate<string> isWanted, string? candidate, int threads)
    {
        foreach (var (name, change) in _candidates.Where(one => candidate is null || one.Name.Contains(candidate, StringComparison.OrdinalIgnoreCase)))
        {
            (string Set, Outcome Outcome)[] sets = [.. SeriesSets.Names.Where(set => isWanted(set)).Select(set => (set, CrossValidate(data, set, change, threads)))];
            Outcome mean = Outcome.Mean([.. sets.Select(set => set.Outcome)]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-28} accuracy {mean.Value:0.0000}, log-loss {mean.LogLoss:0.0000}, {mean.Seconds:0.0} s   ") +
                string.Join("  ", sets.Select(set => string.Create(CultureInfo.InvariantCulture, $"{set.Set} {set.Outcome.Value:0.000} {set.Outcome.LogLoss:0.00} {set.Outcome.Seconds:0.0}"))));
        }
    }

    private static Outcome CrossValidate(string data, string set, Action<RnnMulticlassTrainer.Options> change, int threads)
    {
        TimeSeries[] rows = TsFile.Read(Path.Combine(data, set, $"{set}_TRAIN.ts"), out int features);
        var random = new Random(1);
        var fold = new Dictionary<TimeSeries, int>();
        foreach (TimeSeries[] group in rows.GroupBy(row => row.Class).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray()))
        {
            random.Shuffle(group);
            for (int i = 0; i < group.Length; i++)
                fold[group[i]] = i % Folds;
        }
        var outcomes = new Outcome[Folds];
        Parallel.For(0, Folds, new ParallelOptions { MaxDegreeOfParallelism = threads }, k =>
        {
            var options = new RnnMulticlassTrainer.Options { Seed = k + 1 };
            change(options);
            outcomes[k] = SeriesSets.Measure([.. rows.Where(row => fold[row] != k)], [.. rows.Where(row => fold[row] == k)], features, options, threads: 1);
        });
        return Outcome.Mean(outcomes);
    }
}
