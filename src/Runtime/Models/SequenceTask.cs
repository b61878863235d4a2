namespace RnnMlNet;

/// <summary>What a model predicts of a sequence.</summary>
public enum SequenceTask
{
    /// <summary>
    /// One of two classes. A score is the logit of the positive class; <see cref="Runtime.SequenceModel.Probability"/> makes a
    /// probability of it.
    /// </summary>
    BinaryClassification,

    /// <summary>One of several classes. A score is the classes' probabilities, which sum to 1.</summary>
    MulticlassClassification,

    /// <summary>One or more numbers, in the label's own units.</summary>
    Regression,

    /// <summary>A class at each step. A score is step after step the classes' probabilities.</summary>
    SequenceTagging,
}
