using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>
/// Some rows side by side, padded to the longest of them, time-major as the engines read them. Values are already
/// standardised. A batch is reused: its arrays may be longer than what is in use.
/// </summary>
internal sealed class MiniBatch
{
    /// <summary>B, rows in use.</summary>
    public int Count;

    /// <summary>T, the longest row's steps (at least 1, so that a batch of empty rows still has a shape).</summary>
    public int MaxLength;

    /// <summary>F, numbers per step; 0 for tokens.</summary>
    public int Features;

    /// <summary>Labels per row, or per step where each has one.</summary>
    public int LabelWidth;

    /// <summary>Whether each step has a label and a weight of its own.</summary>
    public bool HasLabelsPerStep;

    /// <summary>What outputs and labels stand for, one by one: the B rows, or all T x B steps, those of padding included.</summary>
    public int Items => HasLabelsPerStep ? MaxLength * Count : Count;

    /// <summary>[B] valid steps of each row; 0 is legal in scoring.</summary>
    public int[] Lengths = [];

    /// <summary>[T, B, F] values, zero where a row has ended; of no use for tokens, and where they are <see cref="Stored"/>.</summary>
    public float[] Steps = [];

    /// <summary>
    /// Where the rows' values are still to be read from, by their numbers there; null where they are in <see cref="Steps"/>.
    /// </summary>
    public StoredSteps? Stored;

    /// <summary>[B] the rows' numbers in the store, where their values are <see cref="Stored"/>.</summary>
    public int[] StoreRows = [];

    /// <summary>[T, B] token ids 0..V-1, 0 where a row has ended; empty for numbers.</summary>
    public int[] Tokens = [];

    /// <summary>
    /// [B, StaticSize] a row's numbers beside its steps (<see cref="NetworkShape.StaticSize"/>); empty where there are none.
    /// </summary>
    public float[] StaticInputs = [];

    /// <summary>[B] which of a decoder's channels each row is of, 0..C-1; empty where there is one only.</summary>
    public int[] Channels = [];

    /// <summary>
    /// [B, LabelWidth] class index (0-based), 0/1, or standardised targets. Of labels per step [T, B], 0 where there is none.
    /// </summary>
    public float[] Labels = [];

    /// <summary>[B] example weights. Of labels per step [T, B]: the row's at each of its steps that has a label, else 0.</summary>
    public float[] Weights = [];

    /// <summary>
    /// [B] what an error of 1 in a row's labels is in those of all rows, which the metric is measured in, each row counting as one; empty
    /// where it is 1 in every row.
    /// </summary>
    public float[] LabelUnits = [];

    /// <summary>The sum of the weights that the batch's loss is a mean over.</summary>
    public double TotalWeight
    {
        get
        {
            double sum = 0;
            foreach (float weight in Weights.AsSpan(0, Items))
                sum += weight;
            return sum;
        }
    }

    /// <summary>Whether all rows have the full length, so that nothing is padding.</summary>
    public bool IsEven
    {
        get
        {
            for (int i = 0; i < Count; i++)
                if (Lengths[i] != MaxLength)
                    return false;
            return true;
        }
    }
}
