using Microsoft.ML;
using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>What is done to a network's forecasts by what was measured on held-out ends.</summary>
[TestFixture]
internal sealed class ForecastCorrectionTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static TimeSeries Numbers(params float[] values)
    {
        var series = new TimeSeries(1, 0, 0);
        foreach (float value in values)
            series.Add([value], []);
        return series;
    }

    [Test]
    public void A_naive_forecast_is_mixed_in_and_quantiles_keep_their_distances()
    {
        float[] outputs = [1, 2, 4, 10, 20, 40];
        new ForecastCorrection(ForecastResidual.SeasonalNaive, 2, 0.5f, []).Mix(Numbers(7, 8, 9, 10), 0, 4, outputs, quantiles: 3);
        Assert.That(outputs, Is.EqualTo(new[] { 4.5f, 5.5f, 7.5f, 5, 15, 35 }));
    }

    [Test]
    public void A_share_of_one_that_was_set_is_named()
    {
        var log = new LogCapture(_ml);
        using RnnForecastingTransformer model = TinySeries.Estimator(_ml, o => o.NaiveShare = 1).Fit(TinySeries.Load(_ml));
        Assert.That(log.Messages, Has.One.EndsWith(" NaiveShare is 1: the forecast is the last value."));
    }

    [TestCase(ForecastResidual.LastValue, 1, 10f, 10f)]
    [TestCase(ForecastResidual.SeasonalNaive, 3, 8f, 9f)]
    public void A_share_of_one_is_the_naive_forecast(ForecastResidual naive, int season, float first, float second)
    {
        float[] outputs = [1, 2];
        new ForecastCorrection(naive, season, 1, []).Mix(Numbers(7, 8, 9, 10), 0, 4, outputs, quantiles: 1);
        Assert.That(outputs, Is.EqualTo(new[] { first, second }));
    }

    [Test]
    public void A_network_that_learnt_nothing_forecasts_as_the_last_season()
    {
        // The same season year after year, and one epoch at a rate that teaches nothing.
        float[] season = [5, 1, 4, 9, 2, 6];
        SeriesStep[] steps =
        [
            .. Enumerable
                .Range(0, 90)
                .Select(t => new SeriesStep
                {
                    Time = TinySeries.Start.AddHours(t),
                    Value = season[t % 6],
                    Pair = [0, 0],
                }),
        ];
        IDataView data = TinySeries.Load(_ml, steps);
        var log = new LogCapture(_ml);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => (o.SeasonLength, o.NaiveShare, o.MaxEpochs, o.LearningRate, o.Normalization) = (6, null, 1, 1e-6f, null))
            .Fit(data);
        ForecastCorrection correction = model.Trained.Forecaster.Correction;
        Assert.That((correction.Naive, correction.Season, correction.Share), Is.EqualTo((ForecastResidual.SeasonalNaive, 6, 1f)));
        Assert.That(log.Messages, Has.One.EndsWith(" No share of the network's forecast improves it: the forecast is the last season."));
        Assert.That(
            TinySeries.Vectors(model.Transform(data))[^1],
            Is.EqualTo(new float[] { season[0], season[1], season[2], season[3] }).Within(1e-3)
        );
    }

    [Test]
    public void No_forecast_lies_outside_its_bounds_at_any_level(
        [Values(0.05f, 0.5f, 0.8f, 0.95f)] float level,
        [Values] bool isOfQuantiles
    )
    {
        IDataView data = TinySeries.Load(_ml, TinySeries.Steps(300, size: 10));
        using RnnForecastingTransformer model = TinySeries
            .Estimator(
                _ml,
                o =>
                {
                    (o.ConfidenceLevel, o.IntervalAdaptation, o.NaiveShare) = (level, 0.3f, null);
                    o.Loss = isOfQuantiles ? ForecastLoss.Quantile : ForecastLoss.Absolute;
                }
            )
            .Fit(data);
        IDataView forecasts = model.Transform(data);
        float[][] own = TinySeries.Vectors(forecasts),
            lower = TinySeries.Vectors(forecasts, "Lower"),
            upper = TinySeries.Vectors(forecasts, "Upper");
        for (int row = 15; row < 300; row++)
        for (int h = 0; h < 4; h++)
            Assert.That(own[row][h], Is.InRange(lower[row][h], upper[row][h]), $"Row {row}, step {h + 1}");
    }

    [Test]
    public void The_median_error_is_taken_off_where_it_is_certain()
    {
        List<float>[] scores =
        [
            [.. Enumerable.Range(0, 1001).Select(i => 3 + (i - 500) / 1000f)],
        ];
        IntervalScores measured = IntervalScores.Of(1, 1, scores);
        Assert.That(measured.Centres(origins: 1)[0], Is.Zero, "Errors of one time are no proof, however many series they are of.");
        Assert.That(measured.Centres(origins: 1001)[0], Is.InRange(2.7f, 3f));
        Assert.That(
            IntervalScores
                .Of(
                    1,
                    1,
                    [
                        [-1, 1, -1, 1, 0],
                    ]
                )
                .Centres(origins: 5),
            Is.EqualTo(new float[] { 0 })
        );
        Assert.That(
            IntervalScores
                .Of(
                    1,
                    2,
                    [
                        [1],
                        [],
                    ]
                )
                .Centres(origins: 5)[1],
            Is.Zero
        );
    }

    [Test]
    public void A_saved_model_corrects_as_the_trained_one()
    {
        IDataView data = TinySeries.Load(_ml, 120);
        using RnnForecastingTransformer model = TinySeries
            .Estimator(_ml, o => (o.SeasonLength, o.NaiveShare, o.Normalization) = (8, 0.35f, null))
            .Fit(data);
        Assert.That(model.Trained.Forecaster.Correction.Share, Is.EqualTo(0.35f));
        using var loaded = (RnnForecastingTransformer)SavedModel.Load(_ml, SavedModel.Bytes(_ml, model, data.Schema), out _);
        ForecastCorrection correction = loaded.Trained.Forecaster.Correction;
        Assert.That(
            (correction.Naive, correction.Season, correction.Share),
            Is.EqualTo((model.Trained.Forecaster.Correction.Naive, model.Trained.Forecaster.Correction.Season, 0.35f))
        );
        Assert.That(correction.Bias, Is.EqualTo(model.Trained.Forecaster.Correction.Bias));
        Assert.That(TinySeries.Vectors(loaded.Transform(data)), Is.EqualTo(TinySeries.Vectors(model.Transform(data))));
    }
}
