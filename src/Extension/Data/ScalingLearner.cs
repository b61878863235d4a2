using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data;

/// <summary>Computes mean and deviation of the training rows.</summary>
internal static class ScalingLearner
{
    /// <summary>Per feature, over all steps of the rows.</summary>
    public static FeatureScaling Learn(SequenceSet set)
    {
        var columns = new RunningMoments(set.Store.Features);
        foreach (int row in set.Rows)
        {
            ReadOnlySpan<float> steps = set.Store.View(row).Steps;
            for (int start = 0; start < steps.Length; start += set.Store.Features)
                columns.Add(steps.Slice(start, set.Store.Features));
        }
        return columns.Scaling();
    }

    /// <summary>Per target, over the rows.</summary>
    public static FeatureScaling LearnLabels(SequenceSet set)
    {
        var columns = new RunningMoments(set.Store.LabelWidth);
        foreach (int row in set.Rows)
            columns.Add(set.Store.Label(row));
        return columns.Scaling();
    }
}
