using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>
/// Splits rows into folds, each held out once; equal for equal seeds. Rows with equal sequences are in one fold, and a class that occurs in
/// one fold alone keeps a row that is never held out.
/// </summary>
internal static class FoldSplit
{
    /// <summary>Replaces the fold number of a row that is always in training.</summary>
    public const int NeverHeldOut = -1;

    /// <param name="store">The rows.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="stratified">Whether labels are classes, each spread evenly over the folds.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>For each fold the other rows and its own, ascending.</returns>
    /// <exception cref="InvalidOperationException">There are fewer rows than folds, or, stratified, too few that are not the only ones of
    /// their class.</exception>
    public static (int[] Training, int[] Validation)[] Split(SequenceStore store, int folds, bool stratified, int seed)
    {
        if (store.Count < folds)
            throw Contracts.Except(
                $"There are {store.Count} rows, too few for {folds} folds: give more rows, or set Folds to "
                    + $"{Math.Max(1, store.Count / 2)} or less."
            );
        int[] foldOf = FoldOf(EqualRows.Of(store), RowClasses.Of(store, stratified), folds, seed);
        return [.. Enumerable.Range(0, folds).Select(fold => (Rows(foldOf, of => of != fold), Rows(foldOf, of => of == fold)))];
    }

    /// <param name="groups">Rows that stay together, unless most are in one group.</param>
    /// <param name="classes">The rows' classes.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <param name="keepsGroups">Whether groups stay together even where the folds become uneven.</param>
    /// <returns>The fold of each row, or <see cref="NeverHeldOut"/>.</returns>
    /// <exception cref="InvalidOperationException">Too few rows can be held out.</exception>
    public static int[] FoldOf(EqualRows groups, RowClasses classes, int folds, int seed, bool keepsGroups = false)
    {
        int[] order = [.. InOrder(classes, new Random(seed))];
        int[] foldOf = Deal(groups, classes, order, folds);
        EqualRows apart = keepsGroups ? groups : EqualRows.AllDistinct(classes.Rows);
        if (!IsEven(foldOf, folds))
            foldOf = Deal(apart, classes, order, folds);
        // Among a few tagged rows, each may have a tag that no other has.
        if (!classes.AreStrata && !HasAll(foldOf, folds))
            foldOf = Deal(apart, RowClasses.None(classes.Rows), order, folds);
        if (!HasAll(foldOf, folds))
            throw Contracts.Except(
                keepsGroups
                    ? $"The {classes.Rows} rows are in {groups.Count} groups, too few for {folds} folds: give more rows, or use "
                        + $"fewer folds."
                    : $"Of the {classes.Rows} rows only {foldOf.Count(fold => fold != NeverHeldOut)} can be held out without leaving a "
                        + $"class without a row to train on, too few for {folds} folds: "
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
        KeepOneOfEachClass(groups, classes, order, foldOf);
        return foldOf;
    }

    // A class whose rows are all in one fold would have no training row when that fold is held out.
    private static void KeepOneOfEachClass(EqualRows groups, RowClasses classes, int[] order, int[] foldOf)
    {
        const int None = -2,
            Several = -3;
        int[] only = [.. Enumerable.Repeat(None, classes.Count)];
        foreach (int row in order)
        foreach (int @class in classes.Of(row))
            only[@class] = only[@class] == None || only[@class] == foldOf[row] ? foldOf[row] : Several;
        foreach (int row in order)
        foreach (int @class in classes.Of(row))
            if (only[@class] >= 0)
            {
                only[@class] = Several;
                foreach (int member in groups.Rows(groups.GroupOf(row)))
                    foldOf[member] = NeverHeldOut;
            }
    }

    // Where most rows are equal, one fold would hold most rows.
    private static bool IsEven(int[] foldOf, int folds)
    {
        double most = foldOf.Length * (1 + 1.0 / folds) / 2;
        return Enumerable.Range(0, folds).All(fold => foldOf.Count(of => of == fold) is int count && count > 0 && count <= most);
    }

    private static bool HasAll(int[] foldOf, int folds) => Enumerable.Range(0, folds).All(foldOf.Contains);

    private static int[] Rows(int[] foldOf, Func<int, bool> isOne) =>
        [.. Enumerable.Range(0, foldOf.Length).Where(row => isOne(foldOf[row]))];
}
