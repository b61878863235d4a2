using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Tests.Data.Series;

[TestFixture]
internal sealed class WindowReaderTests
{
    // Two targets t and 100 - 2t, a past channel 10t, two known channels 1000 + t and -t, known three steps further than the targets.
    private static TimeSeries Ramp(int length = 12)
    {
        var series = new TimeSeries(2, 1, 2);
        for (int t = 0; t < length; t++)
            series.Add([t, 100 - 2 * t], [10 * t]);
        for (int t = 0; t < length + 3; t++)
            series.AddKnown([1000 + t, -t]);
        return series;
    }

    private static WindowReader Reader(WindowLayout layout) =>
        new(layout, new FeatureScaling([1, 10], [2, 4]), new FeatureScaling([0], [10]), new FeatureScaling([1000, 0], [1, 1]));

    private static float[] Steps(WindowReader reader, TimeSeries series, int channel, int end)
    {
        float[] steps = new float[reader.Layout.Steps * reader.Layout.Features];
        reader.ReadSteps(series, channel, end, reader.Frame(series, channel, end), steps);
        return steps;
    }

    private static float[] Extras(WindowReader reader, TimeSeries series, int channel, int end)
    {
        float[] extras = new float[reader.Layout.StaticSize];
        reader.ReadStaticInputs(series, channel, end, reader.Frame(series, channel, end), extras);
        return extras;
    }

    private static float[] Labels(WindowReader reader, TimeSeries series, int channel, int end)
    {
        float[] labels = new float[reader.Layout.LabelWidth];
        reader.ReadLabels(series, channel, end, reader.Frame(series, channel, end), labels);
        return labels;
    }

    [Test]
    public void Steps_are_target_past_and_known_standardised()
    {
        WindowReader reader = Reader(new WindowLayout(2, 3, 1, 2, 1, 2) { Normalization = WindowNormalization.None });

        // (value - mean) / deviation of the steps 3 and 4.
        Assert.That(Steps(reader, Ramp(), 0, 5), Is.EqualTo(new float[] { 1, 3, 3, -3, 1.5f, 4, 4, -4 }));
        Assert.That(Steps(reader, Ramp(), 1, 5), Is.EqualTo(new float[] { 21, 3, 3, -3, 20.5f, 4, 4, -4 }));
    }

    [Test]
    public void A_segment_is_one_step_channel_after_channel_and_the_first_may_begin_with_zeros()
    {
        WindowReader reader = Reader(
            new WindowLayout(3, 3, 2, 2, 1, 2)
            {
                Normalization = WindowNormalization.LastValue,
                Decoder = ForecastModels.DecoderOf(ForecastModel.Segments),
            }
        );

        // The steps 2, 3 and 4 of the target less the last, in deviations of 2.
        Assert.That(Steps(reader, Ramp(), 0, 5), Is.EqualTo(new float[] { 0, -1, 0, 2, 0, 2, 0, -2, -0.5f, 0, 3, 4, 3, 4, -3, -4 }));
    }

    [Test]
    public void Mean_and_deviation_of_the_window_are_taken_off()
    {
        WindowReader reader = Reader(new WindowLayout(4, 2, 1, 2, 0, 0) { Normalization = WindowNormalization.MeanAndDeviation });
        float unit = MathF.Sqrt(1.25f);

        Assert.That(Steps(reader, Ramp(), 0, 6), Is.EqualTo(new[] { -1.5f / unit, -0.5f / unit, 0.5f / unit, 1.5f / unit }).Within(1e-6));
        Assert.That(Labels(reader, Ramp(), 0, 6), Is.EqualTo(new[] { 2.5f / unit, 3.5f / unit }).Within(1e-6));
    }

    [Test]
    public void A_constant_window_has_a_scale_too()
    {
        var series = new TimeSeries(1, 0, 0);
        for (int t = 0; t < 6; t++)
            series.Add([7], []);
        var reader = new WindowReader(
            new WindowLayout(4, 2, 1, 1, 0, 0) { Normalization = WindowNormalization.MeanAndDeviation },
            new FeatureScaling([0], [1]),
            null,
            null
        );

        Assert.That(Steps(reader, series, 0, 4), Is.All.Zero);
        Assert.That(Labels(reader, series, 0, 4), Is.All.Zero);
    }

    [Test]
    public void Differences_are_those_of_neighbours()
    {
        WindowReader reader = Reader(new WindowLayout(3, 2, 1, 2, 0, 0) { Differences = true });
        Assert.That(Steps(reader, Ramp(), 1, 5), Is.EqualTo(new float[] { 0, -0.5f, -0.5f }));
    }

    [Test]
    public void Labels_are_what_the_residual_says([Values] ForecastResidual residual)
    {
        WindowReader reader = Reader(
            new WindowLayout(4, 3, 1, 2, 0, 0)
            {
                Normalization = WindowNormalization.None,
                Residual = residual,
                Season = 2,
            }
        );
        float[] expected = residual switch
        {
            ForecastResidual.None => [2, 2.5f, 3],
            ForecastResidual.LastValue => [0.5f, 1, 1.5f],
            _ => [1, 1, 2],
        };
        Assert.That(Labels(reader, Ramp(), 0, 5), Is.EqualTo(expected));
    }

    [Test]
    public void What_comes_after_the_last_step_and_what_was_made_up_is_not_known()
    {
        var series = new TimeSeries(2, 0, 0);
        for (int t = 0; t < 6; t++)
            series.Add([t, t], [], [false, t == 4]);
        WindowReader reader = new(
            new WindowLayout(2, 4, 1, 2, 0, 0) { Normalization = WindowNormalization.None },
            new FeatureScaling([0, 0], [1, 1]),
            null,
            null
        );

        Assert.That(Labels(reader, series, 0, 3), Is.EqualTo(new[] { 3, 4, 5, float.NaN }));
        Assert.That(Labels(reader, series, 1, 3), Is.EqualTo(new[] { 3, float.NaN, 5, float.NaN }));
    }

    [Test]
    public void A_forecast_of_the_labels_is_the_series(
        [Values] ForecastResidual residual,
        [Values] WindowNormalization normalization,
        [Values(0, 1)] int channel
    )
    {
        WindowReader reader = Reader(
            new WindowLayout(4, 3, 1, 2, 0, 0)
            {
                Normalization = normalization,
                Residual = residual,
                Season = 2,
            }
        );
        float[] outputs = Labels(reader, Ramp(), channel, 5);
        reader.ToForecast(Ramp(), channel, 5, reader.Frame(Ramp(), channel, 5), outputs, quantiles: 1);
        Assert.That(outputs, Is.EqualTo(Ramp().Targets(channel, 5, 3).ToArray()).Within(1e-4));
    }

    [Test]
    public void A_direct_head_is_told_the_target_and_what_is_known()
    {
        WindowReader reader = Reader(new WindowLayout(2, 3, 1, 2, 0, 2));
        Assert.That(Extras(reader, Ramp(), 1, 5), Is.EqualTo(new float[] { 0, 1, 5, -5, 6, -6, 7, -7 }));
    }

    [Test]
    public void A_decoder_of_segments_is_told_what_is_known_and_zeros_beyond_the_horizon()
    {
        WindowReader reader = Reader(new WindowLayout(2, 3, 2, 2, 0, 2) { Decoder = ForecastModels.DecoderOf(ForecastModel.Segments) });
        Assert.That(Extras(reader, Ramp(), 1, 5), Is.EqualTo(new float[] { 5, 6, -5, -6, 7, 0, -7, 0 }));
    }

    [Test]
    public void A_recurrent_decoder_is_told_the_last_value_what_is_known_and_the_target()
    {
        WindowReader reader = Reader(
            new WindowLayout(2, 3, 1, 2, 0, 2)
            {
                Decoder = ForecastModels.DecoderOf(ForecastModel.EncoderDecoder),
                Normalization = WindowNormalization.None,
            }
        );
        Assert.That(Extras(reader, Ramp(), 1, 5), Is.EqualTo(new float[] { 20.5f, 5, -5, 0, 1, 6, -6, 0, 1, 7, -7, 0, 1 }));
    }
}
