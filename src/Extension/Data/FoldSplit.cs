using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Splits rows into folds, each to be held out once: the same rows for the same seed.</summary>
internal static class FoldSplit
{
    /// <param name="store">The rows.</param>
    /// <param name="folds">How many, at least 2.</param>
    /// <param name="stratified">Whether each class is spread evenly over the folds.</param>
    /// <param name="seed">Chooses the rows.</param>
    /// <returns>Of each fold the other rows and its own, ascending.</returns>
    /// <exception cref="InvalidOperationException">There are fewer rows than folds.</exception>
    public static (int[] Training, int[] Validation)[] Split(SequenceStore store, int folds, bool stratified, int seed)
    {
        if (store.Count < folds)
            throw Contracts.Except($"There are {store.Count} rows, too few for {folds} folds: give more rows, or set Folds to {Math.Max(1, store.Count / 2)} or less.");
        var foldOf = new int[store.Count];
        int next = 0;
        foreach (int row in InGroups(store, stratified, new Random(seed)))
            foldOf[row] = next++ % folds;
        return [.. Enumerable.Range(0, folds).Select(fold => (Rows(foldOf, of => of != fold), Rows(foldOf, of => of == fold)))];
    }

    // Class after class, each in an order by chance, and dealt out one by one.
    private static IEnumerable<int> InGroups(SequenceStore store, bool stratified, Random random)
    {
        int[] rows = [.. Enumerable.Range(0, store.Count)];
        random.Shuffle(rows);
        return stratified ? rows.OrderBy(row => store.Label(row)[0]) : rows;
    }

    private static int[] Rows(int[] foldOf, Func<int, bool> isOne) => [.. Enumerable.Range(0, foldOf.Length).Where(row => isOne(foldOf[row]))];
}
