using Microsoft.ML.Runtime;
using RnnMlNet.Text;

namespace RnnMlNet.Data;

/// <summary>
/// Holds whole groups of rows out for validation: those of a machine, a patient, a document. Of several random draws, the one counts whose
/// rows are nearest to the share, in all and of each class.
/// </summary>
internal static class GroupSplit
{
    // More draws come nearer to the share; each takes time proportional to the number of groups.
    private const int Draws = 10;

    /// <summary>
    /// Splits a store's rows by groups. Equal sequences also stay together, with all groups in which they occur, unless that
    /// leaves the share further away than half of it, and groups alone come nearer. Every class of a row, or of a step, keeps a row for
    /// training.
    /// </summary>
    /// <param name="store">The rows, with groups.</param>
    /// <param name="fraction">Share held out, in (0, 1).</param>
    /// <param name="classes">The rows' classes.</param>
    /// <param name="seed">Chooses the groups.</param>
    /// <returns>The held-out rows, ascending; not empty.</returns>
    /// <exception cref="InvalidOperationException">There are too few groups.</exception>
    public static int[] Hold(SequenceStore store, double fraction, RowClasses classes, int seed)
    {
        EqualRows groups = EqualRows.OfGroups(store);
        EqualRows together = EqualRows.United(groups, EqualRows.Of(store));
        int[] held = Hold(together, classes, fraction, seed);
        double share = fraction * store.Count;
        if (held.Length == 0 || Math.Abs(held.Length - share) > share / 2)
        {
            int[] apart = Hold(groups, classes, fraction, seed);
            // Among a few tagged rows, each may have a tag that no other has.
            if (apart.Length == 0 && !classes.AreStrata)
                apart = Hold(groups, RowClasses.None(store.Count), fraction, seed);
            if (held.Length == 0 || (apart.Length > 0 && Math.Abs(apart.Length - share) < Math.Abs(held.Length - share)))
                held = apart;
        }
        return held.Length > 0 ? held : throw TooFew(store, groups.Count, fraction);
    }

    private static int[] Hold(EqualRows groups, RowClasses classes, double fraction, int seed)
    {
        var random = new Random(seed);
        var counts = new GroupCounts(groups, classes);
        int[] order = [.. Enumerable.Range(0, groups.Count)];
        GroupDraw? best = null;
        for (int draw = 0; draw < Draws; draw++)
        {
            random.Shuffle(order);
            var drawn = new GroupDraw(counts, fraction);
            drawn.Take(order);
            if (best is null || drawn.Deviation < best.Deviation)
                best = drawn;
        }
        int[] rows = [.. best!.Held.SelectMany(group => groups.Rows(group).ToArray())];
        Array.Sort(rows);
        return rows;
    }

    private static Exception TooFew(SequenceStore store, int groups, double fraction) =>
        Contracts.Except(
            $"The {store.Count} rows to train on are in {Words.Plural(groups, "group")} of {store.GroupColumns}"
                + (groups > 1 ? ", each of which has all rows of a class" : "")
                + FormattableString.Invariant($", so no group can be held out as the share {(float)fraction} for validation: ")
                + (groups > 1 ? "give more groups of each class" : "give rows of at least 2 groups")
                + ", or a ValidationSet of other groups, or set ValidationFraction to 0, or GroupColumnNames to null."
        );
}

/// <summary>One draw of held-out groups: a group is taken if that brings the held-out rows nearer to their share, and leaves training a row
/// of each class.</summary>
/// <param name="counts">The groups.</param>
/// <param name="fraction">Share held out, in (0, 1).</param>
internal sealed class GroupDraw(GroupCounts counts, double fraction)
{
    private readonly double[] _missing = [.. counts.RowsOfStratum.Select(rows => fraction * rows)];
    private readonly int[] _trainingRows = [.. counts.RowsOfClass];
    private double _missingInAll = fraction * counts.Rows;

    /// <summary>The held-out groups.</summary>
    public List<int> Held { get; } = [];

    /// <summary>Sum of (held-out rows - share)^2 / share over the strata and all rows; up to a constant.</summary>
    public double Deviation { get; private set; }

    /// <summary>Takes groups in an order; the nearest one, where all are too large for the share.</summary>
    public void Take(int[] order)
    {
        foreach (int group in order)
            if (Change(group) < 0 && CanBeTaken(group))
                Take(group);
        if (Held.Count > 0)
            return;
        int[] single = [.. order.Where(CanBeTaken).OrderBy(Change).Take(1)];
        foreach (int group in single)
            Take(group);
    }

    private bool CanBeTaken(int group)
    {
        if (Held.Count == counts.Groups - 1)
            return false;
        foreach (var (@class, rows) in counts.Classes(group))
            if (_trainingRows[@class] == rows)
                return false;
        return true;
    }

    // (m - n)^2 - m^2 = n (n - 2 m) for n more of m missing rows.
    private double Change(int group)
    {
        double change = Change(counts.Sizes[group], _missingInAll, fraction * counts.Rows);
        foreach (var (stratum, rows) in counts.Strata(group))
            change += Change(rows, _missing[stratum], fraction * counts.RowsOfStratum[stratum]);
        return change;
    }

    private static double Change(int rows, double missing, double share) => rows * (rows - 2 * missing) / share;

    private void Take(int group)
    {
        Deviation += Change(group);
        Held.Add(group);
        _missingInAll -= counts.Sizes[group];
        foreach (var (stratum, rows) in counts.Strata(group))
            _missing[stratum] -= rows;
        foreach (var (@class, rows) in counts.Classes(group))
            _trainingRows[@class] -= rows;
    }
}
