using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>A normalisation by one deviation for series of very different sizes is warned of.</summary>
[TestFixture]
public class ScaleCheckTests
{
    private string[] Warnings(WindowNormalization? normalization, params SeriesStep[][] series)
    {
        var ml = new MLContext(seed: 1);
        var log = new LogCapture(ml);
        IDataView data = TinySeries.Load(ml, series.SelectMany(steps => steps));
        TinySeries.Estimator(ml, o => (o.SeriesKeyColumnName, o.Normalization) = (nameof(SeriesStep.Key), normalization)).Fit(data);
        return [.. log.Warnings.Select(LogCapture.Sentence).Where(text => text.StartsWith("Normalization", StringComparison.Ordinal))];
    }

    [TestCase(WindowNormalization.None)]
    [TestCase(WindowNormalization.LastValue)]
    public void Series_of_very_different_sizes_are_warned_of(WindowNormalization normalization)
    {
        SeriesStep[] small = TinySeries.Steps(120, "small", size: 4, level: 10);
        SeriesStep[] large = TinySeries.Steps(120, "large", size: 4e6f, level: 1e7f);
        Assert.That(
            Warnings(normalization, small, large).Single(),
            Does.Match(
                $@"^Normalization is {normalization}, which divides all series by one deviation, 5\.\d+E\+06\. "
                    + "Of 1 of the 2 series the values vary more than 1,000 times less than that or than those of another "
                    + @"\(series 'small': 2\.8\d?\), so that the network reads them as flat: "
                    + @"leave Normalization null, which divides each window by its own deviation, or train a model "
                    + @"for series of each size\.$"
            )
        );
    }

    [Test]
    public void So_are_series_whose_levels_lie_far_apart()
    {
        SeriesStep[] low = TinySeries.Steps(120, "low"),
            high = TinySeries.Steps(120, "high", level: 1e6f);
        Assert.That(Warnings(WindowNormalization.LastValue, low, high).Single(), Does.Contain("Of 2 of the 2 series"));
    }

    [Test]
    public void Others_are_not()
    {
        SeriesStep[] one = TinySeries.Steps(120, "one"),
            large = TinySeries.Steps(120, "large", size: 1e7f);
        SeriesStep[] flat = TinySeries.Steps(120, "flat", size: 0);
        Assert.That(Warnings(null, one, large), Is.Empty);
        Assert.That(Warnings(WindowNormalization.MeanAndDeviation, one, large), Is.Empty);
        Assert.That(Warnings(WindowNormalization.LastValue, one, TinySeries.Steps(120, "larger", size: 100)), Is.Empty);
        Assert.That(Warnings(WindowNormalization.LastValue, one, flat), Is.Empty);
    }
}
