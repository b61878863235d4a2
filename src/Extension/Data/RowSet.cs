using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>Rows to train or to validate on, wherever they are stored.</summary>
/// <param name="Rows">Their indices there.</param>
internal abstract record RowSet(int[] Rows)
{
    /// <summary>Rows that were skipped in reading.</summary>
    public abstract long Skipped { get; }

    /// <summary>Number of steps of a row.</summary>
    public abstract int Length(int row);

    /// <summary>Weight of a row.</summary>
    public abstract float Weight(int row);

    /// <summary>Fills batches with rows.</summary>
    public abstract BatchFill Assembler(AssemblySettings settings);

    /// <summary>
    /// Checks that some row has a weight above 0. One of all the rows does, but the held-out part, or the rest, may not.
    /// </summary>
    /// <param name="which">What the rows are for.</param>
    /// <exception cref="InvalidOperationException">All weights are 0.</exception>
    public void CheckWeigh(string which)
    {
        if (!Rows.Any(row => Weight(row) > 0))
            throw Contracts.Except(
                $"All {Rows.Length} {which} rows have the weight 0: give them weights, or set another Seed or ValidationFraction so that "
                    + $"other rows are held out."
            );
    }
}

/// <summary>How batches are made of rows.</summary>
/// <param name="Encoder">Encodes steps and static values; null for none.</param>
/// <param name="Labels">Standardises targets; null for none.</param>
/// <param name="ClassWeights">[classes] factor of a row's or a step's weight; null for none.</param>
/// <param name="LeavesStepsInStore">Whether rows' values stay in the store, from which an engine reads them itself:
/// <see cref="MiniBatch.Stored"/>.</param>
internal sealed record AssemblySettings(InputEncoder? Encoder, FeatureScaling? Labels, float[]? ClassWeights, bool LeavesStepsInStore)
{
    /// <summary>For training, changes numeric rows at random; null for none.</summary>
    public RowAugmentation? Augmentation { get; init; }
}
