namespace RnnMlNet;

/// <summary>The order of the values in a flat feature vector of T steps x F features.</summary>
public enum SequenceLayout
{
    /// <summary>All features of step 0, then all of step 1, ...: value (t, f) is at index t * F + f.</summary>
    StepMajor,

    /// <summary>
    /// All steps of feature 0, then all of feature 1, ...: value (t, f) is at index f * T + t. The order that <c>Concatenate</c> of one
    /// column per channel gives.
    /// </summary>
    FeatureMajor,
}
