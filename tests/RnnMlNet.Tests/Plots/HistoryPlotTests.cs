using NUnit.Framework;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class HistoryPlotTests
{
    private static readonly TrainingHistory _stopped = new(
        [
            .. Enumerable
                .Range(1, 5)
                .Select(e =>
                    PlotSamples.Epoch(e, 50, 1.0 / e, 1.0 / e + 0.25 * Math.Max(0, e - 3), 0.5 + e / 20.0, isBest: e <= 3, seconds: 0.5)
                ),
        ],
        3,
        StopReason.EarlyStopping,
        900,
        100,
        0
    );

    [Test]
    public void Losses_share_a_chart_and_the_metric_has_its_own()
    {
        var svg = new SvgDocument(_stopped.Plot().ToSvg());
        Assert.That(svg.Groups("chart"), Has.Count.EqualTo(2));
        Assert.That(svg.Names("series"), Is.EqualTo(["training loss", "validation loss", "validation Accuracy"]));
        Assert.That(svg.Names("y-axis"), Is.EqualTo(["loss", "Accuracy (share of the validation rows)"]));
        Assert.That(svg.Names("x-axis"), Has.All.EqualTo("epoch"));
        foreach (var series in svg.Groups("series"))
        {
            Assert.That(SvgDocument.LinePoints(series), Has.Count.EqualTo(5));
            Assert.That(SvgDocument.Markers(series), Has.Count.EqualTo(5));
        }
    }

    [Test]
    public void Lines_differ_by_more_than_their_colours()
    {
        var svg = new SvgDocument(_stopped.Plot().ToSvg());
        var lines = svg.All("polyline").ToList();
        Assert.That(lines.Select(line => line.Attribute("stroke-dasharray")?.Value), Is.Unique);
        // A circle, a square, a triangle.
        Assert.That(
            svg.Groups("series").Select(series => string.Concat(SvgDocument.Markers(series)[0].Attribute("d")!.Value.Where(char.IsLetter))),
            Is.Unique
        );
        Assert.That(
            svg.Groups("legend").SelectMany(SvgDocument.Texts),
            Is.EqualTo(["training loss", "validation loss", "validation Accuracy"])
        );
    }

    [Test]
    public void Points_stand_where_their_numbers_say()
    {
        var svg = new SvgDocument(PlotSamples.HistoryOf(4, 2, 3).Plot().ToSvg());
        var points = SvgDocument.LinePoints(svg.Groups("series")[0]);
        Assert.That(points[1].X - points[0].X, Is.EqualTo(points[2].X - points[1].X).Within(0.02));
        // Up is up: the highest loss has the least y.
        Assert.That(points[2].Y - points[0].Y, Is.EqualTo((points[1].Y - points[0].Y) / 2).Within(0.02));
        Assert.That(points[1].Y, Is.GreaterThan(points[0].Y));
    }

    [Test]
    public void The_models_epoch_is_marked_where_it_is()
    {
        var svg = new SvgDocument(_stopped.Plot().ToSvg());
        Assert.That(svg.Names("mark"), Is.EqualTo(["the model's epoch 3", "the model's epoch 3"]));
        double x = double.Parse(
            svg.Groups("mark")[0].Elements().First().Attribute("x1")!.Value,
            System.Globalization.CultureInfo.InvariantCulture
        );
        Assert.That(x, Is.EqualTo(SvgDocument.LinePoints(svg.Groups("series")[0])[2].X).Within(0.01));
    }

    [Test]
    public void The_summary_says_how_it_ended() =>
        Assert.That(
            _stopped.Plot().Summary,
            Is.EqualTo(
                "Stopped early after epoch 5 of 50 in 2.50 s; the model has the weights of epoch 3, validation loss 0.3333, Accuracy "
                    + "0.65 (share of the validation rows). 900 rows to train on, 100 to validate on."
            )
        );

    [Test]
    public void Of_a_loaded_model_no_time_is_told() =>
        Assert.That(
            PlotSamples.HistoryOf(2, 1).Plot().Summary,
            Is.EqualTo("Ran 2 epochs; the model has the weights of epoch 2, training loss 1. 10 rows to train on, 0 to validate on.")
        );

    [Test]
    public void Without_validation_there_is_one_line() =>
        Assert.That(new SvgDocument(PlotSamples.HistoryOf(3, 2, 1).Plot().ToSvg()).Names("series"), Is.EqualTo(["training loss"]));

    [Test]
    public void Losses_that_differ_much_stand_on_a_logarithmic_axis()
    {
        Assert.That(new SvgDocument(PlotSamples.HistoryOf(1000, 30, 1).Plot().ToSvg()).Names("y-axis"), Is.EqualTo(["loss (logarithmic)"]));
        Assert.That(
            new SvgDocument(PlotSamples.HistoryOf(1000, 30, 0).Plot().ToSvg()).Names("y-axis"),
            Is.EqualTo(["loss"]),
            "0 has no logarithm"
        );
    }

    [Test]
    public void What_is_no_number_is_a_gap_and_is_told()
    {
        Plot plot = PlotSamples.HistoryOf(5, 4, double.NaN, 3, double.PositiveInfinity, 2).Plot();
        var series = new SvgDocument(plot.ToSvg()).Groups("series").Single();
        Assert.That(SvgDocument.LinePoints(series), Has.Count.EqualTo(2), "epochs 1 and 2; the others stand alone");
        Assert.That(SvgDocument.Markers(series), Has.Count.EqualTo(4));
        Assert.That(plot.Summary, Does.EndWith("2 values that are not finite are left out."));
    }

    [Test]
    public void Without_an_epoch_it_says_so()
    {
        Plot plot = PlotSamples.HistoryOf().Plot();
        Assert.That(plot.Summary, Is.EqualTo("No epoch was run."));
        Assert.That(SvgDocument.Texts(new SvgDocument(plot.ToSvg()).Root), Does.Contain("nothing to draw: no value is a finite number"));
    }

    [Test]
    public void Thousands_of_epochs_make_no_huge_file()
    {
        string svg = PlotSamples.History(100_000).Plot().ToSvg();
        Assert.That(svg, Has.Length.LessThan(150_000));
        Assert.That(SvgDocument.LinePoints(new SvgDocument(svg).Groups("series")[0]), Has.Count.GreaterThan(500));
    }

    [Test]
    public void As_text_it_is_this() =>
        Assert.That(
            PlotSamples.HistoryOf(4, 3, 2, 1).Plot().ToText(40, unicode: false),
            Is.EqualTo(
                """
                Training
                Ran 4 epochs; the model has the weights
                of epoch 4, training loss 1. 10 rows to
                train on, 0 to validate on.

                * training loss
                loss
                4 +*                                   |
                  | ***                                |
                  |    ***                             |
                  |       ***                          |
                3 +          ***                       |
                  |             ***                    |
                  |                ***                 |
                  |                   **               |
                  |                     ***            |
                2 +                        ***         |
                  |                           ***      |
                  |                              ***   |
                  |                                 ***|
                1 +                                    *
                  ++-----------+-----------+-----------+
                   1           2           3           4
                                   the model's epoch 4 ^
                                   epoch

                """.ReplaceLineEndings("\n")
            )
        );
}
