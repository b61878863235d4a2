using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class WindowSetTests
{
    private static TimeSeries Ramp(int length, float start = 0)
    {
        var series = new TimeSeries(2, 0, 0);
        for (int t = 0; t < length; t++)
            series.Add([start + t, -start - t], []);
        return series;
    }

    private static WindowSet Set(
        WindowNormalization normalization,
        LossKind loss = LossKind.Squared,
        ForecastModel model = ForecastModel.Direct
    )
    {
        var reader = new WindowReader(
            new WindowLayout(3, 2, 1, 2, 0, 0) { Normalization = normalization, Decoder = ForecastModels.DecoderOf(model) },
            new FeatureScaling([0, 0], [1, 1]),
            null,
            null
        );
        return new WindowSet(
            [Ramp(8), Ramp(4), Ramp(6, start: 50)],
            reader,
            [(3, 7), (3, 3), (4, 5)],
            loss == LossKind.Squared,
            new SeriesUnits([
                [1, 1],
                [1, 1],
                [1, 1],
            ])
        );
    }

    [Test]
    public void Rows_are_the_windows_of_each_series_times_its_targets()
    {
        WindowSet set = Set(WindowNormalization.None);
        Assert.That(set.Windows, Is.EqualTo(5));
        Assert.That(set.Rows, Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(set.Length(0), Is.EqualTo(3));
    }

    [Test]
    public void A_batch_holds_the_windows_asked_for([Values(ForecastModel.Direct, ForecastModel.Segments)] ForecastModel model)
    {
        WindowSet set = Set(WindowNormalization.None, model: model);
        var batch = new MiniBatch();
        set.Assembler(new AssemblySettings(null, null, null, false))(batch, [9, 0]);

        // The second target of the last window, which is of the third series; the first of the first.
        Assert.That(batch.Steps[..6], Is.EqualTo(new float[] { -51, 0, -52, 1, -53, 2 }));
        Assert.That(batch.Labels[..4], Is.EqualTo(new float[] { -54, -55, 3, 4 }));
        Assert.That(batch.Weights[..2], Is.EqualTo(new float[] { 1, 1 }));
        Assert.That(batch.Lengths[..2], Is.EqualTo(new[] { 3, 3 }));
        Assert.That(batch.Channels[..2], Is.EqualTo(model == ForecastModel.Direct ? new[] { 0, 0 } : [1, 0]));
    }

    [TestCase(LossKind.Squared, 2f / 3)]
    [TestCase(LossKind.Absolute, 0.81649658f)]
    public void A_window_that_was_divided_counts_for_as_much_as_undivided(object loss, float expected)
    {
        WindowSet set = Set(WindowNormalization.MeanAndDeviation, (LossKind)loss);
        Assert.That(set.Weight(0), Is.EqualTo(expected).Within(1e-6));
        var batch = new MiniBatch();
        set.Assembler(new AssemblySettings(null, null, null, false))(batch, [0]);
        Assert.That(batch.LabelUnits[0], Is.EqualTo(0.81649658f).Within(1e-6), "The deviation of 0, 1, 2.");
    }
}
