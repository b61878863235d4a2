namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Dropout of a layer's states where they meet the recurrent weights: the same units at all steps of a row, in each direction others (Gal
/// and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", 2016).
/// </summary>
/// <param name="mask">The layer's, at <see cref="Place"/>.</param>
/// <param name="share">The share dropped.</param>
internal sealed unsafe class RecurrentDropout(DropoutMask mask, float share)
{
    // Behind the places of inputs and of the head.
    private const int FirstPlace = 1 << 17;

    /// <summary>The layer's place among those of dropout.</summary>
    public static int Place(int layer) => FirstPlace + layer;

    /// <summary>Writes what the rows' states are multiplied by, [n, stride]; what is beyond the units stays as it is.</summary>
    /// <param name="masks">Where to write.</param>
    /// <param name="stride">Numbers from one row to the next.</param>
    /// <param name="units">H.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="direction">Of the layer.</param>
    public void Fill(float* masks, int stride, int units, MicroBatch microBatch, int direction)
    {
        for (int row = 0; row < microBatch.Count; row++)
        {
            Span<float> own = new(masks + (long)row * stride, units);
            own.Fill(1);
            mask.Apply(own, share, microBatch.Row(row), direction);
        }
    }
}
