using RnnMlNet.Training;

namespace RnnMlNet;

// Random changes of the training rows.
public abstract partial class RnnOptions
{
    /// <summary>
    /// Random changes of the training rows in each epoch, combined with <c>|</c> (numbers only; with a label for each step, a
    /// <see cref="TimeColumnName"/> or <see cref="NormalizeBy"/>, Jitter and Scaling only). Missing numbers remain missing, static values
    /// unchanged. The result does not depend on the number of threads. Default null: TimeWarp for a classifier with one label a row
    /// and fewer than 1,000 rows that does not continue from a model, where it is possible, else <see cref="RnnMlNet.Augmentation.None"/>.
    /// </summary>
    public Augmentation? Augmentation { get; set; }

    /// <summary>
    /// Deviation of the noise of <see cref="RnnMlNet.Augmentation.Jitter"/>, in deviations of the feature over the training rows (without
    /// <see cref="Normalize"/> in its own units), at least 0. Not read
    /// without Jitter. Default 0.03.
    /// </summary>
    [NotNegative]
    public float JitterDeviation { get; set; } = 0.03f;

    /// <summary>
    /// Deviation of the factors of <see cref="RnnMlNet.Augmentation.Scaling"/>, which are 1 on average, at least 0. Standardised values are
    /// multiplied. Not read without Scaling. Default 0.1.
    /// </summary>
    [NotNegative]
    public float ScalingDeviation { get; set; } = 0.1f;

    /// <summary>
    /// Deviation of the speed of <see cref="RnnMlNet.Augmentation.TimeWarp"/>, which is 1 on average, at least 0. Not read without
    /// TimeWarp. Default 0.2.
    /// </summary>
    [NotNegative]
    public float TimeWarpDeviation { get; set; } = 0.2f;
}
