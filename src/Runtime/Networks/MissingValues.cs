namespace RnnMlNet;

/// <summary>Treatment of missing numbers (NaN) in a sequence's steps, the same in training, scoring, streams and exported models.</summary>
public enum MissingValues
{
    /// <summary>A row with a missing number is skipped in training and gets NaN scores.</summary>
    SkipRow = 0,

    /// <summary>A missing number becomes 0, in the column's own units.</summary>
    Zero = 1,

    /// <summary>
    /// A missing number becomes the feature's last one in the sequence; before the first, the feature's mean over the training rows. The
    /// network also reads, for each feature, whether it is present, and the time since its last present value (in steps, or with a time
    /// column in its units): the inputs of GRU-D (Che et al., "Recurrent Neural Networks for Multivariate Time Series with Missing Values",
    /// 2018).
    /// </summary>
    LastValue = 2,

    /// <summary>As <see cref="LastValue"/>, but a missing number becomes the feature's mean over the training rows.</summary>
    Mean = 3,
}
