using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Data;

/// <summary>Standardisation of a network's input.</summary>
/// <param name="Steps">That of encoded steps; null for none.</param>
/// <param name="ByCategory">That within categories; null for none.</param>
/// <param name="Static">That of static values; null for none.</param>
internal sealed record InputScaling(FeatureScaling? Steps, CategoryScaling? ByCategory = null, FeatureScaling? Static = null)
{
    /// <summary>None.</summary>
    public static InputScaling None { get; } = new(null, null, null);

    /// <summary>The encoder of a network's rows.</summary>
    public InputEncoder EncoderOf(NetworkShape shape) => new(shape, Steps, ByCategory, Static);
}

/// <summary>Computes mean and deviation of the training rows.</summary>
internal static class ScalingLearner
{
    /// <summary>Per encoded feature, over all steps of the rows, and per static value, over the rows.</summary>
    /// <param name="set">The rows.</param>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="by">The columns within whose categories numbers are standardised; null for none.</param>
    public static InputScaling Learn(SequenceSet set, NetworkShape shape, CategoryChoice? by = null)
    {
        FeatureScaling? statics = set.Store.StaticFeatures > 0 ? LearnStatics(set, shape) : null;
        if (shape.UsesTokens)
            return new InputScaling(null, null, statics);
        var encoder = new InputEncoder(shape, steps: null) { KeepsMissing = true };
        var columns = new RunningMoments(encoder.StepWidth);
        var categories = by is null ? null : new CategoryMoments(by, shape);
        float[] scratch = [];
        foreach (int row in set.Rows)
        {
            SequenceView sequence = set.Store.View(row);
            if (scratch.Length < sequence.Length * encoder.StepWidth)
                scratch = new float[sequence.Length * encoder.StepWidth];
            Span<float> encoded = scratch.AsSpan(0, sequence.Length * encoder.StepWidth);
            encoder.Encode(sequence, encoded);
            for (int start = 0; start < encoded.Length; start += encoder.StepWidth)
                columns.Add(encoded.Slice(start, encoder.StepWidth));
            categories?.Add(sequence, encoded);
        }
        FeatureScaling pooled = WithoutIds(
            columns.Scaling(),
            shape.StepColumns.Encoded(shape.TimeStepValues),
            shape.StepColumns.Categories.Count
        );
        return new InputScaling(pooled, categories?.Scaling(pooled), statics);
    }

    /// <summary>Per target, over the rows.</summary>
    public static FeatureScaling LearnLabels(SequenceSet set)
    {
        var columns = new RunningMoments(set.Store.LabelWidth);
        foreach (int row in set.Rows)
            columns.Add(set.Store.Label(row));
        return columns.Scaling();
    }

    private static FeatureScaling LearnStatics(SequenceSet set, NetworkShape shape)
    {
        var columns = new RunningMoments(set.Store.StaticFeatures);
        foreach (int row in set.Rows)
            columns.Add(set.Store.View(row).Static);
        return WithoutIds(columns.Scaling(), set.Store.StaticFeatures, shape.StaticCategories.Count);
    }

    // The last values of each part are ids, which stay as they are.
    private static FeatureScaling WithoutIds(FeatureScaling scaling, int part, int ids)
    {
        for (int end = part; ids > 0 && end <= scaling.Width; end += part)
        {
            scaling.Mean.AsSpan(end - ids, ids).Clear();
            scaling.Deviation.AsSpan(end - ids, ids).Fill(1);
        }
        return scaling;
    }
}
