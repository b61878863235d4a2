using NUnit.Framework;
using RnnMlNet.Data.Series;
using RnnMlNet.Estimators.Forecasting;
using RnnMlNet.Models.Forecasting;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Scoring;

namespace RnnMlNet.Tests.Estimators.Forecasting;

/// <summary>The rule that gives a forecast to the last value or the last season is the one that is named.</summary>
[TestFixture]
internal sealed class HeldOutErrorsTests
{
    private const int Windows = 10;

    private static readonly WindowLayout _layout = new(Window: 2, Horizon: 1, Segment: 1, Targets: 1, Past: 0, Known: 0);

    // Of 0, 1, 0, 1, ... the last value errs by 1, always. The network errs by some share of that, towards the last value or away from it.
    private static HeldOutErrors Errors(double error, bool towards = true, int windows = Windows)
    {
        var series = new TimeSeries(1, 0, 0);
        for (int t = 0; t < windows + 2; t++)
            series.Add([t % 2], []);
        var model = new ForecastNetwork([], _layout, new FeatureScaling([0], [1]), null, null);
        var errors = new HeldOutErrors(
            model,
            season: 1,
            reach: 2,
            new SeriesUnits([
                [1.0],
            ]),
            isSquared: false
        );
        var forecasts = new WindowForecasts();
        forecasts.Size(windows, 1);
        for (int w = 0; w < windows; w++)
        {
            double value = w % 2,
                away = value == 0 ? -1 : 1;
            forecasts.Set(w, [(float)(value + (towards ? -away : away) * error)], scale: 1);
        }
        errors.Add(0, [.. Enumerable.Range(2, windows).Select(end => new WindowPosition(series, end))], forecasts);
        return errors;
    }

    [TestCase(0.5, 10)]
    [TestCase(0.9, 100)]
    [TestCase(0.9, 500)]
    public void A_network_that_is_better_by_enough_is_not_doubted(double error, long horizons)
    {
        HeldOutErrors errors = Errors(error);
        Assert.That((errors.Doubt(horizons), errors.Best(horizons).Share), Is.EqualTo(((string?)null, 0f)));
    }

    [TestCase(
        0.9,
        true,
        10,
        "With 10 horizons to train on, the error of the network would have to be 20 % below that of the last value, and is 10 % below it"
    )]
    [TestCase(
        0.96,
        true,
        100,
        "With 100 horizons to train on, the error of the network would have to be 5 % below that of the last value, and is 4 % below it"
    )]
    [TestCase(1.1, true, 10, "No share of the network's forecast improves it")]
    [TestCase(1.3, false, 10, "The network's error is more than 20 % above that of the last value")]
    public void A_network_that_is_not_is_doubted_in_words(double error, bool towards, long horizons, string doubt)
    {
        HeldOutErrors errors = Errors(error, towards);
        Assert.That(errors.Doubt(horizons), Is.EqualTo(doubt));
        Assert.That((errors.Best(horizons).Naive, errors.Best(horizons).Share), Is.EqualTo((ForecastResidual.LastValue, 1f)));
    }

    [Test]
    public void The_last_end_counts_alone()
    {
        HeldOutErrors errors = Errors(1.1, windows: 2).With(Errors(0.1));
        Assert.That(
            errors.Doubt(10),
            Is.EqualTo("On the last of the held-out ends alone, the network has a larger error than the last value (1.1, 1)")
        );
        Assert.That(errors.Best(10).Share, Is.EqualTo(1));
    }
}
