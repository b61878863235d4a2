using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>
/// A padded mini-batch, time-major as the engines read it; values are already standardised. A batch is reused: its arrays may be longer
/// than the part in use.
/// </summary>
internal sealed class MiniBatch
{
    /// <summary>The epoch that the batch is trained on in, on which random changes of its rows depend; 0 in scoring.</summary>
    public int Epoch;

    /// <summary>B, rows in use.</summary>
    public int Count;

    /// <summary>T, the longest row's steps (at least 1, so that a batch of empty rows still has a shape).</summary>
    public int MaxLength;

    /// <summary>F, features per step; 0 for tokens.</summary>
    public int Features;

    /// <summary>Labels per row, or per step where each has one.</summary>
    public int LabelWidth;

    /// <summary>Whether each step has a label and a weight of its own.</summary>
    public bool HasLabelsPerStep;

    /// <summary>Number of outputs and labels: the B rows, or all T x B steps, padding included.</summary>
    public int Items => HasLabelsPerStep ? MaxLength * Count : Count;

    /// <summary>[B] valid steps of each row; 0 is legal in scoring.</summary>
    public int[] Lengths = [];

    /// <summary>[T, B, F] values, zero where a row has ended; unused for tokens, and where values are <see cref="Stored"/>.</summary>
    public float[] Steps = [];

    /// <summary>
    /// The store that the rows' values are read from; null where they are in <see cref="Steps"/>.
    /// </summary>
    public StoredSteps? Stored;

    /// <summary>[B] the rows' indices in the store, where their values are <see cref="Stored"/>.</summary>
    public int[] StoreRows = [];

    /// <summary>[T, B] token ids 0..V-1, 0 where a row has ended; empty for numeric features.</summary>
    public int[] Tokens = [];

    /// <summary>[T, B, W] codes of the characters of the tokens' words (<see cref="WordCharacters"/>), 0 where a row has ended; empty where
    /// they are not read.</summary>
    public int[] Characters = [];

    /// <summary>
    /// [B, StaticSize] static features (<see cref="NetworkShape.StaticSize"/>); empty where there are none.
    /// </summary>
    public float[] StaticInputs = [];

    /// <summary>[B] the channel of each row, 0..C-1, for a decoder or a cycle; empty where there is one only.</summary>
    public int[] Channels = [];

    /// <summary>
    /// [B] the position in the network's learned cycle of the step after the row's window, 0..L-1; empty where it has none.
    /// </summary>
    public int[] Phases = [];

    /// <summary>
    /// [B, LabelWidth] class index (0-based), 0/1, for label sets 0 or the label's weight, or standardised targets. For labels per step
    /// [T, B, LabelWidth], 0 where there is none.
    /// </summary>
    public float[] Labels = [];

    /// <summary>[B] example weights. For labels per step [T, B]: the row's weight at each of its steps that has a label, else 0.</summary>
    public float[] Weights = [];

    /// <summary>
    /// [B] factor that converts an error in a row's label units to the metric's common units, each row counting as one; empty where it is 1
    /// in every row.
    /// </summary>
    public float[] LabelUnits = [];

    /// <summary>Writes a row's tokens, and the characters of their words where these are read, with zeros where it has ended.</summary>
    /// <param name="b">The row of the batch.</param>
    /// <param name="sequence">The row's steps.</param>
    public void PlaceTokens(int b, in SequenceView sequence)
    {
        int width = sequence.TokenWidth;
        for (int t = 0; t < MaxLength; t++)
        {
            int cell = t * Count + b;
            bool isStep = t < sequence.Length;
            Tokens[cell] = isStep ? sequence.Tokens[t * width] : 0;
            if (Characters.Length == 0)
                continue;
            Span<int> codes = Characters.AsSpan(cell * WordCharacters.Length, WordCharacters.Length);
            if (isStep)
                sequence.Tokens.Slice(t * width + 1, width - 1).CopyTo(codes);
            else
                codes.Clear();
        }
    }

    /// <summary>The sum of the weights, which the batch's mean loss is divided by.</summary>
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

    /// <summary>Whether all rows have the full length, so that there is no padding.</summary>
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
