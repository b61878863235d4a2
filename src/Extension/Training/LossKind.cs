namespace RnnMlNet.Training;

/// <summary>
/// What the network's raw outputs are compared with the label by. Every loss is the weighted mean over the rows. A target that is NaN is
/// not known, and counts as no error.
/// </summary>
internal enum LossKind
{
    /// <summary>Softmax cross-entropy; the label is the class index, 0-based.</summary>
    CrossEntropy,

    /// <summary>Logistic loss of one logit; the label is 0 or 1.</summary>
    Logistic,

    /// <summary>Squared error, meaned over the targets.</summary>
    Squared,

    /// <summary>Absolute error, meaned over the targets.</summary>
    Absolute,

    /// <summary>Huber loss with delta 1 (in standardised label units), meaned over the targets.</summary>
    Huber,

    /// <summary>
    /// Quantile (pinball) loss (Koenker and Bassett, 1978), max(q e, (q - 1) e) of the error e = label - output, meaned over targets and
    /// quantiles: target after target, an output for each quantile.
    /// </summary>
    Quantile,
}
