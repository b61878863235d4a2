using RnnMlNet.Engines;

namespace RnnMlNet.Training;

/// <summary>
/// The batches whose gradients a step has added up so far. They are in units of the first one's weight, so that a step of one batch has
/// nothing to multiply; <see cref="Scale"/> makes the mean over all rows of them.
/// </summary>
internal readonly record struct AddedBatches(int Count, double Unit, double TotalWeight)
{
    /// <summary>What the sum of the gradients is to be multiplied by.</summary>
    public float Scale => (float)(Unit / TotalWeight);

    /// <summary>One batch more, of which each row counts by its weight / <see cref="Unit"/>.</summary>
    public AddedBatches And(double weight) => new(Count + 1, Count == 0 ? weight : Unit, TotalWeight + weight);
}
