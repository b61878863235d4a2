using RnnMlNet.Engines;

namespace RnnMlNet.Training;

/// <summary>
/// The batches whose gradients a step has accumulated. They are in units of the first one's weight, so that a step of one batch multiplies
/// nothing; <see cref="Scale"/> converts their sum to the mean over all rows.
/// </summary>
internal readonly record struct AddedBatches(int Count, double Unit, double TotalWeight)
{
    /// <summary>Factor of the gradients' sum.</summary>
    public float Scale => (float)(Unit / TotalWeight);

    /// <summary>Adds a batch, each row of which counts by its weight / <see cref="Unit"/>.</summary>
    public AddedBatches And(double weight) => new(Count + 1, Count == 0 ? weight : Unit, TotalWeight + weight);
}
