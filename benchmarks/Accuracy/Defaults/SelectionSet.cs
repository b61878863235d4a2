using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>One set whose training rows are cross-validated.</summary>
/// <param name="Group">Sets whose means are printed together: series, text, tags, numbers.</param>
/// <param name="Name">The set.</param>
/// <param name="Folds">How many folds are measured.</param>
/// <param name="Measure">Trains without a fold, options changed by the candidate, and measures on that fold.</param>
internal sealed record SelectionSet(string Group, string Name, int Folds, Func<int, Action<RnnOptions>, Outcome> Measure)
{
    /// <summary>A set of one trainer's rows.</summary>
    /// <param name="group">Sets whose means are printed together.</param>
    /// <param name="name">The set.</param>
    /// <param name="folds">How many folds are measured.</param>
    /// <param name="divided">The rows to train on and those to measure on, by the fold's number.</param>
    /// <param name="measure">Trains on some rows with these options, and measures on others.</param>
    public static SelectionSet Of<TRow, TOptions>(
        string group,
        string name,
        int folds,
        Func<int, (TRow[] Train, TRow[] Test)> divided,
        Func<TRow[], TRow[], TOptions, Outcome> measure
    )
        where TOptions : RnnOptions, new() =>
        new(
            group,
            name,
            folds,
            (fold, change) =>
            {
                var options = new TOptions();
                change(options);
                var (train, test) = divided(fold);
                return measure(train, test, options);
            }
        );

    /// <summary>Deals the rows of each class to folds in turn.</summary>
    /// <param name="rows">Training rows.</param>
    /// <param name="classOf">What has its share in each fold; the same for all rows where it has none.</param>
    /// <param name="parts">How many parts there are: 1/parts of the rows are held out.</param>
    /// <returns>The rows to train on and those to measure on, by the fold's number.</returns>
    public static Func<int, (T[] Train, T[] Test)> Divide<T>(T[] rows, Func<T, string> classOf, int parts)
        where T : class
    {
        var random = new Random(1);
        var part = new Dictionary<T, int>(ReferenceEqualityComparer.Instance);
        foreach (T[] group in rows.GroupBy(classOf).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.ToArray()))
        {
            random.Shuffle(group);
            for (int i = 0; i < group.Length; i++)
                part[group[i]] = i % parts;
        }
        return fold => ([.. rows.Where(row => part[row] != fold)], [.. rows.Where(row => part[row] == fold)]);
    }
}
