using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>Mean and deviation of a series' channels over the training steps.</summary>
/// <param name="Targets">Those of the targets.</param>
/// <param name="Past">Those of the past covariates; null where there are none.</param>
/// <param name="Known">Those of the known future values; null where there are none.</param>
/// <param name="Statics">Those of the static values, over the series; null where there are none.</param>
internal sealed record SeriesScaling(FeatureScaling Targets, FeatureScaling? Past, FeatureScaling? Known, FeatureScaling? Statics)
{
    /// <param name="series">The series.</param>
    /// <param name="counts">For each series the number of first steps that count.</param>
    /// <param name="oneHot">Channels that stay as they are; null for none.</param>
    /// <param name="staticNumbers">S.</param>
    public static SeriesScaling Learn(
        IReadOnlyList<TimeSeries> series,
        IReadOnlyList<int> counts,
        OneHotChannels? oneHot = null,
        int staticNumbers = 0
    )
    {
        var targets = new RunningMoments(series[0].TargetCount);
        var past = new RunningMoments(series[0].PastCount);
        var known = new RunningMoments(series[0].KnownCount);
        float[] targetValues = new float[series[0].TargetCount],
            pastValues = new float[series[0].PastCount],
            knownValues = new float[series[0].KnownCount];
        var statics = new RunningMoments(staticNumbers);
        foreach (TimeSeries one in series)
            statics.Add(one.Statics.AsSpan(0, staticNumbers));
        for (int s = 0; s < series.Count; s++)
        for (int step = 0; step < counts[s]; step++)
        {
            series[s].ReadStep(step, targetValues, pastValues);
            series[s].ReadKnown(step, knownValues);
            targets.Add(targetValues);
            past.Add(pastValues);
            known.Add(knownValues);
        }
        return new SeriesScaling(
            targets.Scaling(),
            Scaling(past, pastValues.Length, oneHot?.Past),
            Scaling(known, knownValues.Length, oneHot?.Known),
            Scaling(statics, staticNumbers, [])
        );
    }

    private static FeatureScaling? Scaling(RunningMoments moments, int width, bool[]? oneHot)
    {
        if (width == 0)
            return null;
        FeatureScaling scaling = moments.Scaling();
        for (int channel = 0; channel < (oneHot?.Length ?? 0); channel++)
            if (oneHot![channel])
                (scaling.Mean[channel], scaling.Deviation[channel]) = (0, 1);
        return scaling;
    }
}
