namespace RnnMlNet.Experiments;

/// <summary>How an experiment searches.</summary>
public enum SearchMethod
{
    /// <summary>
    /// Many trials of few epochs, of which the better third goes on to three times as many, and so on, where there are folds on the first
    /// of them, and the best on all; what to try next is proposed by a model of what was good so far. Stefan Falkner, Aaron Klein and Frank
    /// Hutter, BOHB: Robust and Efficient Hyperparameter Optimization at Scale, ICML 2018 (arXiv 1807.01774): <see cref="Hyperband"/>, with
    /// the proposals of a tree-structured Parzen estimator (Bergstra et al., Algorithms for Hyper-Parameter
    /// Optimization, NeurIPS 2011).
    /// </summary>
    Bohb,

    /// <summary>
    /// The same with random proposals: Lisha Li et al., Hyperband, JMLR 18 (2018), arXiv 1603.06560: brackets of successive halving.
    /// </summary>
    Hyperband,

    /// <summary>Random proposals, each trained to its end.</summary>
    Random,
}
