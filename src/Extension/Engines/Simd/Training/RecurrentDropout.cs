namespace RnnMlNet.Engines.Simd.Training;

/// <summary>
/// Dropout of a layer's states before the recurrent weights: the same units at all steps of a row, others in each direction (Gal and
/// Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks", 2016).
/// </summary>
/// <param name="mask">The layer's mask, at <see cref="Place"/>.</param>
/// <param name="share">The share dropped.</param>
internal sealed unsafe class RecurrentDropout(DropoutMask mask, float share)
{
    // After the places of inputs and of the head.
    private const int FirstPlace = 1 << 17;

    /// <summary>The layer's dropout place.</summary>
    public static int Place(int layer) => FirstPlace + layer;

    /// <summary>Writes the factors of the rows' states, [n, stride]; elements beyond the units are unchanged.</summary>
    /// <param name="masks">Destination.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="units">H.</param>
    /// <param name="microBatch">The rows.</param>
    /// <param name="direction">The layer's direction.</param>
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
