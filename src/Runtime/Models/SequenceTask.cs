namespace RnnMlNet;

/// <summary>The prediction task of a model.</summary>
public enum SequenceTask
{
    /// <summary>
    /// One of two classes. A score is the logit of the positive class; <see cref="Runtime.SequenceModel.Probability"/> converts it to a
    /// probability.
    /// </summary>
    BinaryClassification,

    /// <summary>One of several classes. A score is the classes' probabilities, which sum to 1.</summary>
    MulticlassClassification,

    /// <summary>One or more numbers, in the label's own units.</summary>
    Regression,

    /// <summary>A class at each step. A score is the classes' probabilities, step after step.</summary>
    SequenceTagging,

    /// <summary>
    /// Any number of labels. A score is the logit of each label; <see cref="Runtime.SequenceModel.Probability"/> converts one to a
    /// probability.
    /// </summary>
    MultiLabelClassification,

    /// <summary>
    /// Any number of labels at each step. A score is the logit of each label, step after step;
    /// <see cref="Runtime.SequenceModel.Probability"/> converts one to a probability.
    /// </summary>
    MultiLabelTagging,
}
