using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// Splits rows into folds, each held out once; equal for equal seeds. Rows with equal sequences are in one fold, and a class that occurs in
/// one fold alone keeps a row that is never held out. Where rows have groups, whole groups are in one fold: <see cref="GroupFolds"/>.
/// </summary>
internal static class FoldSplit
{
    /// <param name="store">The rows.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="stratified">Whether labels are classes, each spread evenly over the folds.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>For each fold the other rows and its own, ascending.</returns>
    /// <exception cref="InvalidOperationException">There are fewer rows than folds, or, stratified, too few that are not the only ones of
    /// their class, or too few groups.</exception>
    public static (int[] Training, int[] Validation)[] Split(SequenceStore store, int folds, bool stratified, int seed)
    {
        if (store.Count < folds)
            throw Contracts.Except(
                $"There are {store.Count} rows, too few for {folds} folds: give more rows, or set Folds to "
                    + $"{Math.Max(1, store.Count / 2)} or less."
            );
        var classes = RowClasses.Of(store, stratified);
        int[] foldOf = store.GroupColumns is null
            ? FoldOf(EqualRows.Of(store), classes, folds, seed)
            : GroupFolds.FoldOf(store, classes, folds, seed);
        return [.. Enumerable.Range(0, folds).Select(fold => (Rows(foldOf, of => of != fold), Rows(foldOf, of => of == fold)))];
    }

    /// <param name="groups">Rows that stay together, unless most are in one group.</param>
    /// <param name="classes">The rows' classes.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <param name="keepsGroups">Whether groups stay together even where the folds become uneven.</param>
    /// <returns>The fold of each row, or <see cref="FoldNumbers.NeverHeldOut"/>.</returns>
    /// <exception cref="InvalidOperationException">Too few rows can be held out.</exception>
    public static int[] FoldOf(EqualRows groups, RowClasses classes, int folds, int seed, bool keepsGroups = false)
    {
        int[] order = [.. InOrder(classes, new Random(seed))];
        int[] foldOf = Deal(groups, classes, order, folds);
        EqualRows apart = keepsGroups ? groups : EqualRows.AllDistinct(classes.Rows);
        if (!FoldNumbers.IsEven(foldOf, folds))
            foldOf = Deal(apart, classes, order, folds);
        // Among a few tagged rows, each may have a tag that no other has.
        if (!classes.AreStrata && !FoldNumbers.HasAll(foldOf, folds))
            foldOf = Deal(apart, RowClasses.None(classes.Rows), order, folds);
        if (!FoldNumbers.HasAll(foldOf, folds))
            throw Contracts.Except(
                keepsGroups
                    ? $"The {classes.Rows} rows are in {groups.Count} groups, too few for {folds} folds: give more rows, or use "
                        + $"fewer folds."
                    : $"Of the {classes.Rows} rows only {foldOf.Count(fold => fold != FoldNumbers.NeverHeldOut)} can be held out without "
                        + $"leaving a class without a row to train on, too few for {folds} folds: "
                        + "give more rows of each class, or use fewer folds."
            );
        return foldOf;
    }

    // Class by class, shuffled within each; rows that are the only one of their class, which are never held out, come last and so take no
    // place in a fold.
    private static IEnumerable<int> InOrder(RowClasses classes, Random random)
    {
        int[] rows = [.. Enumerable.Range(0, classes.Rows)];
        random.Shuffle(rows);
        int[] counts = classes.AreStrata ? classes.CountRows() : [];
        bool IsOnly(int row) => classes.AreStrata && classes.Of(row) is [int @class, ..] && counts[@class] == 1;
        return rows.OrderBy(IsOnly).ThenBy(classes.StratumOf);
    }

    // Deals out groups one by one, each to the fold with the fewest rows.
    private static int[] Deal(EqualRows groups, RowClasses classes, int[] order, int folds)
    {
        var sizes = new int[folds];
        var isDealt = new bool[groups.Count];
        var foldOf = new int[order.Length];
        foreach (int row in order)
        {
            int group = groups.GroupOf(row);
            if (isDealt[group])
                continue;
            isDealt[group] = true;
            int fold = Array.IndexOf(sizes, sizes.Min());
            foreach (int member in groups.Rows(group))
                foldOf[member] = fold;
            sizes[fold] += groups.Rows(group).Length;
        }
        FoldNumbers.KeepOneOfEachClass(groups, classes, order, foldOf);
        return foldOf;
    }

    private static int[] Rows(int[] foldOf, Func<int, bool> isOne) =>
        [.. Enumerable.Range(0, foldOf.Length).Where(row => isOne(foldOf[row]))];
}
