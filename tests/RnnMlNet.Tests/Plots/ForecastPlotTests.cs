using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class ForecastPlotTests
{
    private const int Horizon = 3,
        Window = 4;

    private readonly MLContext _ml = new(seed: 1);

    // What a forecaster would give: a window of four, the next three values a little too high, bounds of 5 around them.
    private IDataView Scored(int steps = 20, string[]? keys = null, float level = 100) =>
        _ml.Data.LoadFromEnumerable(
            (keys ?? [""]).SelectMany((key, k) => Enumerable.Range(0, steps).Select(t => Row(key, t, level * (k + 1)))).ToArray()
        );

    private static ForecastRow Row(string key, int t, float level)
    {
        float[] forecast = [.. Enumerable.Range(1, Horizon).Select(h => t < Window - 1 ? float.NaN : level + t + h + 1)];
        return new ForecastRow
        {
            Key = key,
            Time = new DateTime(2024, 1, 1).AddDays(t),
            Number = 10 + t,
            Value = level + t,
            Forecast = forecast,
            Lower = [.. forecast.Select(value => value - 5)],
            Upper = [.. forecast.Select(value => value + 5)],
            Pair = [level + t, -t],
            PairForecast = [.. forecast, .. forecast.Select(value => -value)],
        };
    }

    private Plot Plot(
        IDataView data,
        string? time = null,
        string? key = null,
        string? series = null,
        Index? origin = null,
        int? history = null,
        float? level = null
    ) =>
        _ml.Forecasting.Plot(
            data,
            "Value",
            "Forecast",
            "Lower",
            "Upper",
            time,
            key,
            series,
            origin: origin,
            history: history,
            confidenceLevel: level
        );

    [Test]
    public void History_forecast_and_band_are_drawn()
    {
        var svg = new SvgDocument(Plot(Scored(), level: 0.9f).ToSvg());
        svg.AssertLegible();
        Assert.That(svg.Names("series"), Is.EqualTo(["90 % interval", "actual", "forecast"]));
        Assert.That(svg.Groups("legend").SelectMany(SvgDocument.Texts), Is.EqualTo(["90 % interval", "actual", "forecast"]));
        Assert.That(SvgDocument.LinePoints(svg.Groups("series")[1]), Has.Count.EqualTo(20));
        Assert.That(SvgDocument.LinePoints(svg.Groups("series")[2]), Has.Count.EqualTo(Horizon));
        Assert.That(svg.Groups("series")[0].Elements().First().Attribute("points")!.Value.Split(' '), Has.Length.EqualTo(2 * Horizon));
        Assert.That(svg.Names("y-axis"), Is.EqualTo(["Value"]));
        Assert.That(svg.Names("x-axis"), Is.EqualTo(["step of the series"]));
    }

    [Test]
    public void By_default_it_is_the_last_forecast() => Assert.That(Plot(Scored()).Summary, Is.EqualTo("3 steps ahead of step 19."));

    [Test]
    public void Where_values_came_they_are_drawn_and_compared()
    {
        Plot plot = Plot(Scored(), origin: ^4);
        Assert.That(
            plot.Summary,
            Is.EqualTo("3 steps ahead of step 16; the mean absolute error of these is 1, and 3 of 3 values lie between the bounds.")
        );
        Assert.That(SvgDocument.LinePoints(new SvgDocument(plot.ToSvg()).Groups("series")[1]), Has.Count.EqualTo(20));
        Assert.That(
            Plot(Scored(), origin: 18).Summary,
            Does.Contain("the mean absolute error of those that are known is 1, and 1 of 1 values")
        );
    }

    [Test]
    public void The_origin_is_marked_at_the_last_known_value()
    {
        var svg = new SvgDocument(Plot(Scored(), time: "Time", origin: 9).ToSvg());
        Assert.That(svg.Names("mark"), Is.EqualTo(["forecast from 2024-01-10"]));
        double x = double.Parse(svg.Groups("mark")[0].Elements().First().Attribute("x1")!.Value, CultureInfo.InvariantCulture);
        Assert.That(x, Is.EqualTo(SvgDocument.LinePoints(svg.Groups("series")[1])[9].X).Within(0.01));
    }

    [Test]
    public void Times_make_an_axis_of_dates()
    {
        var svg = new SvgDocument(Plot(Scored(60), time: "Time").ToSvg());
        Assert.That(svg.Names("x-axis"), Is.EqualTo(["Time"]));
        Assert.That(SvgDocument.Texts(svg.Groups("x-axis").Single()).Take(2), Is.EqualTo(["2024-01-22", "2024-01-29"]), "Mondays");
    }

    [Test]
    public void Numbers_of_time_are_an_axis_too()
    {
        var svg = new SvgDocument(Plot(Scored(), time: "Number").ToSvg());
        Assert.That(svg.Names("x-axis"), Is.EqualTo(["Number"]));
        Assert.That(svg.Names("mark"), Is.EqualTo(["forecast from 29"]));
    }

    [Test]
    public void History_says_how_far_back_it_goes() =>
        Assert.That(
            SvgDocument.LinePoints(new SvgDocument(Plot(Scored(200), history: 7).ToSvg()).Groups("series")[1]),
            Has.Count.EqualTo(7)
        );

    [Test]
    public void Of_several_series_the_first_four_are_drawn_below_one_another()
    {
        Plot plot = Plot(Scored(keys: ["a", "b", "c", "d", "e", "f"]), key: "Key");
        Assert.That(new SvgDocument(plot.ToSvg()).Names("chart"), Is.EqualTo(["a", "b", "c", "d"]));
        Assert.That(
            plot.Summary,
            Does.StartWith("a: 3 steps ahead of step 19.").And.EndWith("2 other forecasts are not shown: choose series and target.")
        );
    }

    [Test]
    public void A_series_may_be_chosen()
    {
        Plot plot = Plot(Scored(keys: ["a", "b", "c"]), key: "Key", series: "b");
        Assert.That(plot.Summary, Is.EqualTo("b: 3 steps ahead of step 19."));
        Assert.That(
            SvgDocument.Texts(new SvgDocument(plot.ToSvg()).Groups("y-axis").Single()),
            Does.Contain("220"),
            "the second series is at 200"
        );
    }

    [Test]
    public void A_vectors_targets_are_charts_of_their_own_and_may_be_chosen()
    {
        Plot both = _ml.Forecasting.Plot(Scored(), "Pair", "PairForecast"),
            second = _ml.Forecasting.Plot(Scored(), "Pair", "PairForecast", target: 1);
        Assert.That(new SvgDocument(both.ToSvg()).Names("y-axis"), Is.EqualTo(["Pair[0]", "Pair[1]"]));
        Assert.That(new SvgDocument(second.ToSvg()).Names("y-axis"), Is.EqualTo(["Pair[1]"]));
    }

    [Test]
    public void Without_any_forecast_the_series_is_drawn_and_it_is_told()
    {
        Plot plot = Plot(Scored(steps: 2));
        Assert.That(plot.Summary, Is.EqualTo("no row has a forecast."));
        Assert.That(
            SvgDocument.LinePoints(
                new SvgDocument(plot.ToSvg()).Groups("series").Single(group => group.Attribute("data-name")!.Value == "actual")
            ),
            Has.Count.EqualTo(2)
        );
    }

    [Test]
    public void What_ForecastByRnn_gave_is_drawn()
    {
        IDataView data = TinySeries.Load(_ml);
        IDataView scored = TinySeries.Estimator(_ml, options => options.TimeColumnName = "Time").Fit(data).Transform(data);
        Plot plot = _ml.Forecasting.Plot(scored, "Value", "Forecast", "Lower", "Upper", "Time", origin: ^5);
        Assert.That(
            plot.Summary,
            Does.Match(
                @"^4 steps ahead of 2024-01-05 19:00:00; the mean absolute error of these is [\d.]+, and \d of 4 values "
                    + @"lie between the bounds\.$"
            )
        );
        new SvgDocument(plot.ToSvg()).AssertLegible();
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t.Plot(t.Scored(), origin: 2)),
            "The series has no forecast at step 2: a whole window must precede it, and its own value must not be missing. Choose a "
                + "later one, or null for the last with a forecast."
        ).SetArgDisplayNames("too early");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t.Plot(t.Scored(), origin: 20)),
            "origin is 20, but the series has 20 steps: the first is 0, the last ^1."
        ).SetArgDisplayNames("behind the end");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t.Plot(t.Scored(keys: ["a", "b"]), key: "Key", series: "c")),
            "series is 'c', which no row of column 'Key' has. There are 'a', 'b'."
        ).SetArgDisplayNames("no such series");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t.Plot(t.Scored(), series: "c")),
            "series is 'c', but there is no key column: set seriesKeyColumnName."
        ).SetArgDisplayNames("no key column");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t.Plot(t.Scored(), history: 0)),
            "history is 0"
        ).SetArgDisplayNames("no history");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t._ml.Forecasting.Plot(t.Scored(), "Value", "Forecast", target: 1)),
            "target is 1; it must be at least 0 and less than 1, the numbers of column 'Value'."
        ).SetArgDisplayNames("no such target");
        yield return new TestCaseData(
            (Func<ForecastPlotTests, Plot>)(t => t._ml.Forecasting.Plot(t.Scored(), "Value", "Nothing")),
            "Could not find forecast column 'Nothing'"
        ).SetArgDisplayNames("no such column");
    }

    [TestCaseSource(nameof(Refusals))]
    public void What_cannot_be_drawn_is_refused(Func<ForecastPlotTests, Plot> plot, string message) =>
        Assert.That(() => plot(this), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(message));

    private sealed class ForecastRow
    {
        public string Key { get; set; } = "";
        public DateTime Time { get; set; }
        public int Number { get; set; }
        public float Value { get; set; }

        [VectorType(Horizon)]
        public float[] Forecast { get; set; } = [];

        [VectorType(Horizon)]
        public float[] Lower { get; set; } = [];

        [VectorType(Horizon)]
        public float[] Upper { get; set; } = [];

        [VectorType(2)]
        public float[] Pair { get; set; } = [];

        [VectorType(2, Horizon)]
        public float[] PairForecast { get; set; } = [];
    }
}
