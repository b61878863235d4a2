namespace RnnMlNet.Experiments;

/// <summary>Search method of an experiment.</summary>
public enum SearchMethod
{
    /// <summary>
    /// Trains many trials for few epochs; the better third continues to three times as many, and so on, with several folds on the first of
    /// them, and the best on all; a model of the results so far proposes new trials. Stefan Falkner, Aaron Klein and Frank Hutter, BOHB:
    /// Robust and Efficient Hyperparameter Optimization at Scale, ICML 2018 (arXiv 1807.01774): <see cref="Hyperband"/>, with the proposals
    /// of a tree-structured Parzen estimator (Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011).
    /// </summary>
    Bohb,

    /// <summary>
    /// The same with random proposals: Lisha Li et al., Hyperband, JMLR 18 (2018), arXiv 1603.06560: brackets of successive halving.
    /// </summary>
    Hyperband,

    /// <summary>Random proposals, each trained to its end.</summary>
    Random,
}
