using NUnit.Framework;
using RnnMlNet.Data;
using RnnMlNet.Data.Series;
using RnnMlNet.Engines.Simd.Training;
using RnnMlNet.Runtime.Decoders;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Tests.Support;
using RnnMlNet.Training;

namespace RnnMlNet.Tests.Scoring;

/// <summary>Windows scored by the scoring kernels are as the training engine scores them.</summary>
[TestFixture]
internal sealed class WindowRowsTests
{
    [Test]
    public void A_decoder(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(1, 3)] int channels,
        [Values(0, 2)] int known,
        [Values(0, 6)] int projection
    ) => AssertSame(RandomNetwork.Decoding(cell, model, channels, known) with { ProjectionSize = projection });

    [Test]
    public void A_head_over_the_last_state(
        [ValueSource(typeof(RandomNetwork), nameof(RandomNetwork.Cells))] CellKind cell,
        [Values(1, 2)] int layers,
        [Values(0, 3)] int rowFeatures
    ) => AssertSame(RandomNetwork.Shape(cell, layers, pooling: Pooling.Last) with { StaticFeatures = rowFeatures });

    [Test]
    public void Several_quantiles(
        [Values(ForecastModel.Segments, ForecastModel.EncoderDecoder)] ForecastModel model,
        [Values(7, 16, 33)] int units
    ) => AssertSame(RandomNetwork.Decoding(CellKind.Gru, model) with { Outputs = 24, HiddenSize = units, HeadHiddenSizes = [5] });

    [Test]
    public void A_learned_cycle(
        [Values(ForecastModel.Segments, ForecastModel.Direct)] ForecastModel model,
        [Values(0, 3)] int season,
        [Values(1, 3)] int quantiles
    ) => AssertSame(RandomNetwork.Cycling(CellKind.Lstm, model, season, quantiles), steps: 6);

    [Test]
    public void A_row_has_no_place_in_a_cycle() =>
        Assert.That(
            () => new RowScorer(new PackedNetwork(TrainedNetworks.Of(RandomNetwork.Cycling(CellKind.Gru, ForecastModel.Direct)))),
            Throws
                .InstanceOf<NotSupportedException>()
                .With.Message.EqualTo(
                    "The network has a learned cycle of 5 steps, in which a window of a series has a position, and was given a row: score "
                        + "it by windows."
                )
        );

    private static void AssertSame(NetworkShape shape, int steps = 5)
    {
        var scorer = new RowsScorer(new PackedNetwork(TrainedNetworks.Of(shape) with { FeatureScaling = null, LabelScaling = null }));
        using SimdEngine engine = SimdEngine.Create(RandomNetwork.Settings(shape));
        // A chunk, more than one, and fewer rows again in the memory of those.
        foreach (int rows in (int[])[48, 100, 1])
        {
            MiniBatch batch = RandomNetwork.Batch(shape, LossKind.Squared, [.. Enumerable.Repeat(steps, rows)], seed: rows);
            float[] actual = new float[rows * shape.Outputs],
                expected = new float[rows * shape.Outputs];
            scorer.Score(WindowBatch.Rows(batch), actual);
            engine.Score(batch, expected);
            Assert.That(actual, Is.EqualTo(expected).Within(1e-5));
        }
    }
}
