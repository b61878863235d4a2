using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>
/// Deals whole groups of rows out to folds of about equal size, each with its part of each class. A group that has all rows of a class is
/// never held out.
/// </summary>
internal static class GroupFolds
{
    /// <summary>
    /// The folds of a store's rows. Equal sequences also stay together, with all groups in which they occur, unless one fold would then
    /// hold most rows.
    /// </summary>
    /// <param name="store">The rows, with groups.</param>
    /// <param name="classes">The rows' classes.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="seed">Chooses the groups.</param>
    /// <returns>The fold of each row, or <see cref="FoldNumbers.NeverHeldOut"/>.</returns>
    /// <exception cref="InvalidOperationException">There are too few groups.</exception>
    public static int[] FoldOf(SequenceStore store, RowClasses classes, int folds, int seed)
    {
        EqualRows groups = EqualRows.OfGroups(store);
        int[] together = Deal(EqualRows.United(groups, EqualRows.Of(store)), classes, folds, seed);
        if (FoldNumbers.IsEven(together, folds))
            return together;
        int[] foldOf = Deal(groups, classes, folds, seed);
        if (!FoldNumbers.IsEven(foldOf, folds) && FoldNumbers.HasAll(together, folds))
            return together;
        // Among a few tagged rows, each may have a tag that no other has.
        if (!classes.AreStrata && !FoldNumbers.HasAll(foldOf, folds))
            foldOf = Deal(groups, RowClasses.None(classes.Rows), folds, seed);
        return FoldNumbers.HasAll(foldOf, folds) ? foldOf : throw TooFew(store, groups, classes, folds);
    }

    /// <summary>Number of groups that can be held out without leaving a class without a row to train on.</summary>
    public static int CountToHoldOut(SequenceStore store, RowClasses classes) => CountToHoldOut(EqualRows.OfGroups(store), classes);

    private static int CountToHoldOut(EqualRows groups, RowClasses classes)
    {
        if (!classes.AreStrata)
            return groups.Count;
        var counts = new GroupCounts(groups, classes);
        return Enumerable.Range(0, groups.Count).Count(group => !counts.HasWholeClass(group));
    }

    // The largest groups first, each to the fold where sizes and classes remain the most even.
    private static int[] Deal(EqualRows groups, RowClasses classes, int folds, int seed)
    {
        var counts = new GroupCounts(groups, classes);
        int[] order = [.. Enumerable.Range(0, groups.Count)];
        new Random(seed).Shuffle(order);
        var dealt = new DealtFold[folds];
        for (int fold = 0; fold < folds; fold++)
            dealt[fold] = new DealtFold(counts);
        int[] foldOf = [.. Enumerable.Repeat(FoldNumbers.NeverHeldOut, classes.Rows)];
        foreach (int group in order.Where(group => !counts.HasWholeClass(group)).OrderByDescending(group => counts.Sizes[group]))
        {
            DealtFold least = dealt.MinBy(fold => fold.Change(group))!;
            least.Add(group);
            foreach (int row in groups.Rows(group))
                foldOf[row] = Array.IndexOf(dealt, least);
        }
        FoldNumbers.KeepOneOfEachClass(groups, classes, [.. Enumerable.Range(0, classes.Rows)], foldOf);
        return foldOf;
    }

    private static Exception TooFew(SequenceStore store, EqualRows groups, RowClasses classes, int folds)
    {
        int toHoldOut = CountToHoldOut(groups, classes);
        return Contracts.Except(
            $"The {store.Count} rows are in {Words.Plural(groups.Count, "group")} of {store.GroupColumns}"
                + (
                    toHoldOut < groups.Count
                        ? $", of which only {toHoldOut} can be held out without leaving a class without a row to train on"
                        : ""
                )
                + $", too few for {folds} folds: give rows of more groups, or use fewer folds."
        );
    }

    /// <summary>The rows of a fold, in all and of each stratum.</summary>
    private sealed class DealtFold(GroupCounts counts)
    {
        private readonly int[] _strata = new int[counts.RowsOfStratum.Length];
        private int _rows;

        /// <summary>What a group adds to the sum of squares of the folds' rows, each relative to all rows of the stratum.</summary>
        public double Change(int group)
        {
            double change = Squares(counts.Sizes[group], _rows, counts.Rows);
            foreach (var (stratum, rows) in counts.Strata(group))
                change += Squares(rows, _strata[stratum], counts.RowsOfStratum[stratum]);
            return change;
        }

        public void Add(int group)
        {
            _rows += counts.Sizes[group];
            foreach (var (stratum, rows) in counts.Strata(group))
                _strata[stratum] += rows;
        }

        // (h + n)^2 - h^2 = n (2 h + n).
        private static double Squares(int rows, int held, int all) => rows * (2.0 * held + rows) / all;
    }
}
