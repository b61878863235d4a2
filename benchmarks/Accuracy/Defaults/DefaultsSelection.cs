using System.Globalization;
using System.Reflection;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>
/// How the defaults were chosen: changes to them compared by cross-validation on training rows. The test files are never opened here.
/// </summary>
internal static class DefaultsSelection
{
    private static readonly (string Name, Action<RnnOptions> Change)[] _candidates =
    [
        ("defaults", _ => { }),
        ("1 network, nothing held out", o => (o.Networks, o.ValidationFraction) = (1, 0)),
        ("1 network, a tenth held out", o => (o.Networks, o.ValidationFraction) = (1, 0.1)),
        ("4 networks", o => o.Networks = 4),
        ("8 networks", o => o.Networks = 8),
        ("12 networks", o => o.Networks = 12),
        ("1 layer", o => o.Layers = 1),
        ("2 layers", o => o.Layers = 2),
        ("pooling Mean, Max", o => SetPooling(o, Pooling.Mean | Pooling.Max)),
        ("pooling Last", o => SetPooling(o, Pooling.Last)),
        ("one direction", o => o.Bidirectional = false),
        ("LSTM", o => o.Cell = CellKind.Lstm),
        ("GRU", o => o.Cell = CellKind.Gru),
        ("128 units", o => o.HiddenSize = 128),
        ("no patches", o => o.PatchLength = 1),
        ("batches of 8", o => o.BatchSize = 8),
        ("batches of 16", o => o.BatchSize = 16),
        ("batches of 32", o => o.BatchSize = 32),
        ("learning rate 1e-3", o => o.LearningRate = 1e-3f),
        ("learning rate 5e-3", o => o.LearningRate = 5e-3f),
        ("no input dropout", o => o.InputDropout = 0),
        ("input dropout .2", o => o.InputDropout = 0.2f),
        ("head dropout .5", o => o.HeadDropout = 0.5f),
        ("weight decay .05", o => o.WeightDecay = 0.05f),
        ("label smoothing .1", o => SetLabelSmoothing(o, 0.1f)),
        ("rare tokens below 2", o => o.MinTokenCount = 2),
    ];

    /// <summary>Prints a line a candidate and group of sets: the means over sets and folds, then measure, log-loss and seconds of each set.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="candidate">A part of the names of those to try; null for all.</param>
    /// <param name="change">One candidate in place of those listed: "BatchSize=8,Layers=2"; null for none.</param>
    /// <param name="threads">Fits at a time, on one thread each.</param>
    public static void Run(string data, Predicate<string> isWanted, string? candidate, string? change, int threads)
    {
        SelectionSet[] sets = [.. SeriesSets.Selection(data, isWanted), .. TextSets.Selection(data, isWanted), .. TagSets.Selection(data, isWanted), .. RegressionSets.Selection(data, isWanted)];
        IEnumerable<(string Name, Action<RnnOptions> Change)> candidates = change is not null
            ? [(change, Parse(change))]
            : _candidates.Where(one => candidate is null || one.Name.Contains(candidate, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, apply) in candidates)
        {
            Outcome[] outcomes = Measure(sets, apply, threads);
            foreach (var group in sets.Zip(outcomes).GroupBy(pair => pair.First.Group))
                Print(group.Key, name, [.. group]);
        }
    }

    // All folds of all sets are dealt to the threads: the sets are of very different sizes.
    private static Outcome[] Measure(SelectionSet[] sets, Action<RnnOptions> change, int threads)
    {
        (SelectionSet Set, int Fold)[] runs = [.. sets.SelectMany(set => Enumerable.Range(0, set.Folds).Select(fold => (set, fold)))];
        var outcomes = new Outcome[runs.Length];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        Parallel.ForEach(System.Collections.Concurrent.Partitioner.Create(Enumerable.Range(0, runs.Length), System.Collections.Concurrent.EnumerablePartitionerOptions.NoBuffering), options,
            run => outcomes[run] = runs[run].Set.Measure(runs[run].Fold, o =>
            {
                (o.Seed, o.Threads) = (runs[run].Fold + 1, 1);
                change(o);
            }));
        return [.. runs.Zip(outcomes).GroupBy(pair => pair.First.Set).Select(group => Outcome.Mean([.. group.Select(pair => pair.Second)]))];
    }

    private static void Print(string group, string name, (SelectionSet Set, Outcome Outcome)[] sets)
    {
        Outcome mean = Outcome.Mean([.. sets.Select(set => set.Outcome)]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{group,-8} {name,-28} {mean.Value,7:0.0000}, log-loss {mean.LogLoss:0.0000}, {mean.Seconds:0.0} s   ") +
            string.Join("  ", sets.Select(set => string.Create(CultureInfo.InvariantCulture, $"{set.Set.Name} {set.Outcome.Value:0.000} {set.Outcome.LogLoss:0.00} {set.Outcome.Seconds:0.0}"))));
    }

    private static void SetPooling(RnnOptions options, Pooling pooling) => Set(options, "Pooling", pooling);

    private static void SetLabelSmoothing(RnnOptions options, float smoothing) => Set(options, "LabelSmoothing", smoothing);

    // Trainers that have no such option are left as they are.
    private static void Set(RnnOptions options, string name, object value) => options.GetType().GetProperty(name)?.SetValue(options, value);

    private static Action<RnnOptions> Parse(string change)
    {
        (string Name, string Value)[] pairs = [.. change.Split(',').Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]))];
        return options =>
        {
            foreach (var (name, value) in pairs)
            {
                PropertyInfo? property = options.GetType().GetProperty(name);
                Type? type = property is null ? null : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                property?.SetValue(options, type!.IsEnum ? Enum.Parse(type, value.Replace('+', ',')) : Convert.ChangeType(value, type, CultureInfo.InvariantCulture));
            }
        };
    }
}
