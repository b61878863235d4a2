namespace RnnMlNet.Training;

/// <summary>
/// The training loss. Every loss is the weighted mean over the rows. A target that is NaN is unknown, and adds no error.
/// </summary>
internal enum LossKind
{
    /// <summary>Softmax cross-entropy; the label is the class index, 0-based.</summary>
    CrossEntropy,

    /// <summary>Logistic loss of one logit; the label is 0 or 1.</summary>
    Logistic,

    /// <summary>Squared error, averaged over the targets.</summary>
    Squared,

    /// <summary>Absolute error, averaged over the targets.</summary>
    Absolute,

    /// <summary>Huber loss with delta 1 (in standardised label units), averaged over the targets.</summary>
    Huber,

    /// <summary>
    /// Quantile (pinball) loss (Koenker and Bassett, 1978), max(q e, (q - 1) e) of the error e = label - output, averaged over targets and
    /// quantiles: target after target, an output for each quantile.
    /// </summary>
    Quantile,
}
