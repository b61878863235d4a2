using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Holds rows out for validation: equal for equal seeds, in time proportional to their number.</summary>
internal static class ValidationSplit
{
    /// <summary>
    /// Splits a store's rows at random. The share is rounded over all rows (at least one); stratified, each class gives its part of it, by
    /// largest remainders. Rows with equal sequences stay on one side, and every class of a row, or of a step, keeps a row for training.
    /// Where most rows are equal, equal ones cannot stay together, and rows are held out one by one. Where rows have groups, whole
    /// groups are held out: <see cref="GroupSplit"/>.
    /// </summary>
    /// <param name="store">The rows.</param>
    /// <param name="fraction">Share held out, in (0, 1).</param>
    /// <param name="stratified">Whether labels are classes: a row's class gives its share, a step's class keeps at least its last
    /// row.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>Row indices, ascending; neither is empty.</returns>
    /// <exception cref="InvalidOperationException">There are fewer than two rows, or, stratified, no class has two, or there are
    /// too few groups.</exception>
    public static (int[] Training, int[] Validation) Split(SequenceStore store, double fraction, bool stratified, int seed)
    {
        var classes = RowClasses.Of(store, stratified);
        int[] held = store.GroupColumns is null
            ? OneByOne(store, fraction, classes, seed)
            : GroupSplit.Hold(store, fraction, classes, seed);
        return (Others(store.Count, held), held);
    }

    private static int[] OneByOne(SequenceStore store, double fraction, RowClasses classes, int seed)
    {
        var random = new Random(seed);
        int[][] strata = [.. Strata(store, classes)];
        foreach (int[] stratum in strata)
            random.Shuffle(stratum);

        int[] shares = Shares([.. strata.Select(stratum => stratum.Length)], fraction);
        int[] held = Hold(store, classes, strata, shares);
        if (held.Length == 0)
            throw TooFew(store, fraction);
        Array.Sort(held);
        return held;
    }

    private static int[] Hold(SequenceStore store, RowClasses classes, int[][] strata, int[] shares)
    {
        int[] together = new HeldOutGroups(EqualRows.Of(store), classes, strata, shares).Take();
        if (2 * together.Length >= shares.Sum())
            return together;
        EqualRows apart = EqualRows.AllDistinct(store.Count);
        int[] oneByOne = new HeldOutGroups(apart, classes, strata, shares).Take();
        // Among a few rows of several classes, each may have a class that no other has.
        return oneByOne.Length == 0 && !classes.AreStrata
            ? new HeldOutGroups(apart, RowClasses.None(store.Count), strata, shares).Take()
            : oneByOne;
    }

    /// <summary>The rows that are not among the given, ascending ones.</summary>
    private static int[] Others(int count, int[] held)
    {
        var others = new int[count - held.Length];
        for (int row = 0, next = 0; row < count; row++)
            if (next < held.Length && held[next] == row)
                next++;
            else
                others[row - next] = row;
        return others;
    }

    private static IEnumerable<int[]> Strata(SequenceStore store, RowClasses classes) =>
        Enumerable.Range(0, store.Count).GroupBy(classes.StratumOf).OrderBy(stratum => stratum.Key).Select(stratum => stratum.ToArray());

    /// <summary>Number of held-out rows of each stratum: the whole part of its share, then one more each by largest remainder; never its
    /// last row.</summary>
    private static int[] Shares(int[] sizes, double fraction)
    {
        int total = Math.Max(1, (int)Math.Round(sizes.Sum() * fraction, MidpointRounding.AwayFromZero));
        int[] shares = [.. sizes.Select(size => Math.Min((int)(size * fraction), size - 1))];
        int missing = total - shares.Sum();
        var byRemainder = Enumerable
            .Range(0, sizes.Length)
            .Where(stratum => shares[stratum] < sizes[stratum] - 1)
            .OrderByDescending(stratum => sizes[stratum] * fraction - shares[stratum])
            .ThenByDescending(stratum => sizes[stratum])
            .ThenBy(stratum => stratum);
        foreach (int stratum in byRemainder.Take(Math.Max(0, missing)).ToArray())
            shares[stratum]++;
        return shares;
    }

    private static Exception TooFew(SequenceStore store, double fraction) =>
        Contracts.Except(
            (
                store.Count < 2
                    ? $"There is {store.Count} row to train on"
                    : $"Each of the {store.Count} rows to train on is the only one of its class"
            )
                + FormattableString.Invariant($", too few to hold a share of {(float)fraction} out for validation: ")
                + "set ValidationFraction to 0, or give a ValidationSet."
        );
}

/// <summary>Moves groups of rows out of training until each stratum has given its share, as long as every class keeps a row.</summary>
/// <param name="groups">Rows that stay together.</param>
/// <param name="classes">The rows' classes.</param>
/// <param name="strata">The rows of each stratum, in the order in which they are held out.</param>
/// <param name="shares">Number of held-out rows of each stratum.</param>
internal sealed class HeldOutGroups(EqualRows groups, RowClasses classes, int[][] strata, int[] shares)
{
    private readonly int[] _trainingRows = classes.CountRows();
    private readonly bool[] _isLookedAt = new bool[groups.Count];
    private readonly int _total = shares.Sum();
    private readonly List<int> _held = [];

    /// <summary>The held-out rows: at most each stratum's share, fewer where its rows are in larger groups.</summary>
    public int[] Take()
    {
        var heldOf = new Dictionary<int, int>();
        for (int i = 0; i < strata.Length; i++)
            foreach (int row in strata[i])
            {
                int stratum = classes.StratumOf(row),
                    left = shares[i] - heldOf.GetValueOrDefault(stratum);
                if (left <= 0)
                    break;
                if (TryHold(groups.GroupOf(row), stratum, left))
                    foreach (int member in groups.Rows(groups.GroupOf(row)))
                        heldOf[classes.StratumOf(member)] = heldOf.GetValueOrDefault(classes.StratumOf(member)) + 1;
            }
        return [.. _held];
    }

    private bool TryHold(int group, int stratum, int left)
    {
        if (_isLookedAt[group])
            return false;
        _isLookedAt[group] = true;
        ReadOnlySpan<int> rows = groups.Rows(group);
        if (_held.Count + rows.Length > _total || CountOf(rows, stratum) > left)
            return false;
        Add(rows, -1);
        if (!EachKeepsOne(rows))
        {
            Add(rows, 1);
            return false;
        }
        _held.AddRange(rows);
        return true;
    }

    private int CountOf(ReadOnlySpan<int> rows, int stratum)
    {
        int count = 0;
        foreach (int row in rows)
            count += classes.StratumOf(row) == stratum ? 1 : 0;
        return count;
    }

    private void Add(ReadOnlySpan<int> rows, int sign)
    {
        foreach (int row in rows)
        foreach (int @class in classes.Of(row))
            _trainingRows[@class] += sign;
    }

    private bool EachKeepsOne(ReadOnlySpan<int> rows)
    {
        foreach (int row in rows)
        foreach (int @class in classes.Of(row))
            if (_trainingRows[@class] == 0)
                return false;
        return true;
    }
}
