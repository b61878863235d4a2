using System.Collections.Concurrent;
using System.Globalization;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>
/// How the defaults were chosen: changes to them compared by cross-validation on training rows. The test files are never opened here.
/// </summary>
internal static class DefaultsSelection
{
    private static readonly (string Name, string Change)[] _candidates =
    [
        ("defaults", ""),
        ("1 network, nothing held out", "EnsembleSize=1,ValidationFraction=0"),
        ("1 network, a tenth held out", "EnsembleSize=1,ValidationFraction=0.1"),
        ("4 networks", "EnsembleSize=4"),
        ("8 networks", "EnsembleSize=8"),
        ("12 networks", "EnsembleSize=12"),
        ("1 layer", "Layers=1"),
        ("2 layers", "Layers=2"),
        ("pooling Mean, Max", "Pooling=Mean+Max"),
        ("pooling Last", "Pooling=Last"),
        ("one direction", "Bidirectional=false"),
        ("LSTM", "Cell=Lstm"),
        ("GRU", "Cell=Gru"),
        ("minimal GRU, 2 layers", "Cell=MinGru,Layers=2"),
        ("minimal LSTM, 2 layers", "Cell=MinLstm,Layers=2"),
        ("conditional random field", "ConditionalRandomField=true"),
        ("128 units", "HiddenSize=128"),
        ("no patches", "PatchLength=1"),
        ("batches of 8", "BatchSize=8"),
        ("batches of 16", "BatchSize=16"),
        ("batches of 32", "BatchSize=32"),
        ("learning rate 1e-3", "LearningRate=0.001"),
        ("learning rate 3e-3", "LearningRate=0.003"),
        ("learning rate 1e-2", "LearningRate=0.01"),
        ("input dropout .1", "InputDropout=0.1"),
        ("input dropout .3", "InputDropout=0.3"),
        ("head dropout .5", "HeadDropout=0.5"),
        ("weight decay .05", "WeightDecay=0.05"),
        ("label smoothing .1", "LabelSmoothing=0.1"),
        ("rows as they are", "Augmentation=None"),
        ("averaged weights .999", "WeightAveraging=0.999"),
        ("rare tokens below 2", "MinTokenCount=2"),
    ];

    /// <summary>
    /// Prints a line a candidate and group of sets: the means over sets and folds, then measure, log-loss and seconds of each set.
    /// </summary>
    /// <param name="data">The data folder.</param>
    /// <param name="isWanted">Which sets.</param>
    /// <param name="candidate">A part of the names of those to try; null for all.</param>
    /// <param name="change">One candidate in place of those listed: "BatchSize=8,Layers=2"; null for none.</param>
    /// <param name="threads">Fits at a time, on one thread each.</param>
    public static void Run(string data, Predicate<string> isWanted, string? candidate, string? change, int threads)
    {
        SelectionSet[] sets =
        [
            .. SeriesSets.Selection(data, isWanted),
            .. TextSets.Selection(data, isWanted),
            .. LabelSets.Selection(data, isWanted),
            .. TagSets.Selection(data, isWanted),
            .. RegressionSets.Selection(data, isWanted),
        ];
        IEnumerable<(string Name, string Change)> candidates = change is not null
            ? [(change, change)]
            : _candidates.Where(one => candidate is null || one.Name.Contains(candidate, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, options) in candidates)
        {
            Outcome[] outcomes = Measure(sets, OptionChange.Parse(options), threads);
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
        Parallel.ForEach(
            Partitioner.Create(Enumerable.Range(0, runs.Length), EnumerablePartitionerOptions.NoBuffering),
            options,
            run =>
                outcomes[run] = runs[run]
                    .Set.Measure(
                        runs[run].Fold,
                        o =>
                        {
                            (o.Seed, o.Threads) = (runs[run].Fold + 1, 1);
                            change(o);
                        }
                    )
        );
        return
        [
            .. runs.Zip(outcomes).GroupBy(pair => pair.First.Set).Select(group => Outcome.Mean([.. group.Select(pair => pair.Second)])),
        ];
    }

    private static void Print(string group, string name, (SelectionSet Set, Outcome Outcome)[] sets)
    {
        Outcome mean = Outcome.Mean([.. sets.Select(set => set.Outcome)]);
        string each = string.Join(
            "  ",
            sets.Select(set => Text($"{set.Set.Name} {set.Outcome.Value:0.000} {set.Outcome.LogLoss:0.00} {set.Outcome.Seconds:0.0}"))
        );
        string line = Text($"{group, -8} {name, -28} {mean.Value, 7:0.0000}, log-loss {mean.LogLoss:0.0000}, {mean.Seconds:0.0} s   ");
        Console.WriteLine(line + each);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
