using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>Rows to train on, or to validate on, wherever they are kept.</summary>
/// <param name="Rows">Their numbers there.</param>
internal abstract record RowSet(int[] Rows)
{
    /// <summary>Rows that were left out when they were read.</summary>
    public abstract long Skipped { get; }

    /// <summary>Steps of a row.</summary>
    public abstract int Length(int row);

    /// <summary>What a row counts for.</summary>
    public abstract float Weight(int row);

    /// <summary>Who makes batches of rows.</summary>
    public abstract BatchFill Assembler(AssemblySettings settings);

    /// <summary>
    /// Checks that a row of it weighs something. One of all the rows does, but the part of them that was held out, or the rest, may not.
    /// </summary>
    /// <param name="which">What the rows are for.</param>
    /// <exception cref="InvalidOperationException">None does.</exception>
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
/// <param name="Features">How numbers are standardised; null where they are not.</param>
/// <param name="Labels">How targets are standardised; null where they are not.</param>
/// <param name="ClassWeights">[classes] by what a row's or a step's weight is multiplied; null for none.</param>
/// <param name="LeavesStepsInStore">Whether rows' numbers stay where they are, from where an engine reads them itself:
/// <see cref="MiniBatch.Stored"/>.</param>
internal sealed record AssemblySettings(FeatureScaling? Features, FeatureScaling? Labels, float[]? ClassWeights, bool LeavesStepsInStore);
