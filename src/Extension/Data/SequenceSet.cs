using Microsoft.ML.Runtime;

namespace RnnMlNet.Data;

/// <summary>Some rows of a store: those to train on, or those to validate on.</summary>
internal sealed record SequenceSet(SequenceStore Store, int[] Rows)
{
    /// <summary>All rows of a store.</summary>
    public static SequenceSet All(SequenceStore store) => new(store, [.. Enumerable.Range(0, store.Count)]);

    /// <summary>Checks that a row of it weighs something. One of the store does, but the part of it that was held out, or the rest, may not.</summary>
    /// <param name="which">What the rows are for.</param>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public void CheckWeigh(string which)
    {
        if (!Rows.Any(row => Store.Weight(row) > 0))
            throw Contracts.Except($"All {Rows.Length} {which} rows have the weight 0: give them weights, or set another Seed or ValidationFraction so that other rows are held out.");
    }
}
