using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Data.Series;

/// <summary>Mean and deviation of a series' channels over the training steps.</summary>
/// <param name="Targets">Those of the targets.</param>
/// <param name="Past">Those of the past covariates; null where there are none.</param>
/// <param name="Known">Those of the known future values; null where there are none.</param>
internal sealed record SeriesScaling(FeatureScaling Targets, FeatureScaling? Past, FeatureScaling? Known)
{
    /// <param name="series">The series.</param>
    /// <param name="counts">For each series the number of first steps that count.</param>
    public static SeriesScaling Learn(IReadOnlyList<TimeSeries> series, IReadOnlyList<int> counts)
    {
        var targets = new RunningMoments(series[0].TargetCount);
        var past = new RunningMoments(series[0].PastCount);
        var known = new RunningMoments(series[0].KnownCount);
        float[] targetValues = new float[series[0].TargetCount],
            pastValues = new float[series[0].PastCount],
            knownValues = new float[series[0].KnownCount];
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
            pastValues.Length > 0 ? past.Scaling() : null,
            knownValues.Length > 0 ? known.Scaling() : null
        );
    }
}
