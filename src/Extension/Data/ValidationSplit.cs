using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Holds rows out for validation: the same rows for the same seed.</summary>
internal static class ValidationSplit
{
    /// <summary>
    /// Splits a store's rows at random. Stratified, each class gives its share, rounded, and keeps at least one row for training.
    /// </summary>
    /// <param name="store">The rows.</param>
    /// <param name="fraction">Share held out, in (0, 1).</param>
    /// <param name="stratified">Whether labels are classes to be split one by one.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>Row indices, ascending; neither is empty.</returns>
    /// <exception cref="InvalidOperationException">There are fewer than two rows.</exception>
    public static (int[] Training, int[] Validation) Split(SequenceStore store, double fraction, bool stratified, int seed)
    {
        if (store.Count < 2)
            throw Contracts.Except($"There is {store.Count} row to train on, too few to hold a share of {fraction} out for validation: set ValidationFraction to 0, or give a ValidationSet.");
        var random = new Random(seed);
        var groups = Enumerable.Range(0, store.Count)
            .GroupBy(row => stratified ? store.Label(row)[0] : 0)
            .OrderBy(group => group.Key)
            .Select(group => group.ToArray())
            .ToArray();
        foreach (int[] group in groups)
            random.Shuffle(group);

        int[] held = [.. groups.SelectMany(group => group[..Share(group.Length, fraction)])];
        if (held.Length == 0)
            held = [groups.MaxBy(group => group.Length)![0]];
        Array.Sort(held);
        return ([.. Enumerable.Range(0, store.Count).Except(held)], held);
    }

    private static int Share(int rows, double fraction) =>
        Math.Min((int)Math.Round(rows * fraction, MidpointRounding.AwayFromZero), rows - 1);
}
