namespace RnnMlNet;

/// <summary>
/// Random changes of numeric training rows, drawn anew in each epoch; values may be combined with <c>|</c>. Validation rows and scored rows
/// are unchanged. (Um et al., "Data Augmentation of Wearable Sensor Data for Parkinson's Disease Monitoring using Convolutional Neural
/// Networks", 2017, arXiv 1706.00527; Iwana and Uchida, "An Empirical Survey of Data Augmentation for Time Series Classification with
/// Neural Networks", 2021, arXiv 2007.15951.)
/// </summary>
[Flags]
public enum Augmentation
{
    /// <summary>Rows are trained on as they are.</summary>
    None = 0,

    /// <summary>Noise is added to each number of each step, independently.</summary>
    Jitter = 1,

    /// <summary>Each feature of a row is multiplied by a factor, the same at all of its steps.</summary>
    Scaling = 2,

    /// <summary>The speed of time varies smoothly along the row, whose length remains; values between steps are interpolated.</summary>
    TimeWarp = 4,
}
