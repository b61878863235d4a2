using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Holds rows out for validation: the same rows for the same seed.</summary>
internal static class ValidationSplit
{
    /// <summary>
    /// Splits a store's rows at random. The share is rounded over all rows (at least one); stratified, each class gives its part of it, by largest
    /// remainders, and keeps at least one row for training.
    /// </summary>
    /// <param name="store">The rows.</param>
    /// <param name="fraction">Share held out, in (0, 1).</param>
    /// <param name="stratified">Whether labels are classes to be split one by one.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>Row indices, ascending; neither is empty.</returns>
    /// <exception cref="InvalidOperationException">There are fewer than two rows, or, stratified, no class has two.</exception>
    public static (int[] Training, int[] Validation) Split(SequenceStore store, double fraction, bool stratified, int seed)
    {
        var random = new Random(seed);
        int[][] groups = [.. Groups(store, stratified)];
        foreach (int[] group in groups)
            random.Shuffle(group);

        int[] shares = Shares([.. groups.Select(group => group.Length)], fraction);
        int[] held = [.. groups.SelectMany((group, i) => group[..shares[i]])];
        if (held.Length == 0)
            throw TooFew(store, fraction);
        Array.Sort(held);
        return (Others(store.Count, held), held);
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

    private static IEnumerable<int[]> Groups(SequenceStore store, bool stratified) =>
        Enumerable.Range(0, store.Count)
            .GroupBy(row => stratified ? store.Label(row)[0] : 0)
            .OrderBy(group => group.Key)
            .Select(group => group.ToArray());

    /// <summary>How many rows each group gives: the whole part of its share, then one more each by largest remainder; never its last row.</summary>
    private static int[] Shares(int[] sizes, double fraction)
    {
        int total = Math.Max(1, (int)Math.Round(sizes.Sum() * fraction, MidpointRounding.AwayFromZero));
        int[] shares = [.. sizes.Select(size => Math.Min((int)(size * fraction), size - 1))];
        int missing = total - shares.Sum();
        var byRemainder = Enumerable.Range(0, sizes.Length)
            .Where(group => shares[group] < sizes[group] - 1)
            .OrderByDescending(group => sizes[group] * fraction - shares[group])
            .ThenByDescending(group => sizes[group])
            .ThenBy(group => group);
        foreach (int group in byRemainder.Take(Math.Max(0, missing)).ToArray())
            shares[group]++;
        return shares;
    }

    private static Exception TooFew(SequenceStore store, double fraction) => Contracts.Except(
        (store.Count < 2 ? $"There is {store.Count} row to train on" : $"Each of the {store.Count} rows to train on is the only one of its class") +
        $", too few to hold a share of {fraction} out for validation: set ValidationFraction to 0, or give a ValidationSet.");
}
