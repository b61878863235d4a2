using NUnit.Framework;

namespace RnnMlNet.Tests.Plots;

[TestFixture]
public class LearningRatePlotTests
{
    [Test]
    public void Rates_stand_on_a_logarithmic_axis_with_round_powers()
    {
        var svg = new SvgDocument(PlotSamples.Curve(200).Plot().ToSvg());
        Assert.That(svg.Names("x-axis"), Is.EqualTo(["learning rate (logarithmic)"]));
        Assert.That(
            SvgDocument.Texts(svg.Groups("x-axis").Single()),
            Is.SupersetOf(new[] { "1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1" })
        );
        var points = SvgDocument.LinePoints(svg.Groups("series")[1]);
        // Rates rise by equal factors.
        Assert.That(points[199].X - points[100].X, Is.EqualTo(points[99].X - points[0].X).Within(0.05));
    }

    [Test]
    public void Each_loss_is_a_dot_and_the_smoothed_ones_are_a_line()
    {
        var svg = new SvgDocument(PlotSamples.Curve(200).Plot().ToSvg());
        Assert.That(svg.Names("series"), Is.EqualTo(["loss of a step", "smoothed loss"]));
        Assert.That(SvgDocument.Markers(svg.Groups("series")[0]), Has.Count.EqualTo(200));
        Assert.That(SvgDocument.LinePoints(svg.Groups("series")[0]), Is.Empty);
        Assert.That(SvgDocument.LinePoints(svg.Groups("series")[1]), Has.Count.EqualTo(200));
    }

    [Test]
    public void The_suggestion_is_marked_and_told()
    {
        LearningRateCurve curve = PlotSamples.Curve(200);
        Plot plot = curve.Plot();
        Assert.That(
            new SvgDocument(plot.ToSvg()).Names("mark"),
            Is.EqualTo([FormattableString.Invariant($"suggested: {curve.Suggestion:g3}")])
        );
        Assert.That(plot.Summary, Is.EqualTo(curve + "."));
        Assert.That(plot.ToText(unicode: false), Does.Match(@"\^ suggested: 0\.\d+"));
    }

    [Test]
    public void Without_a_suggestion_nothing_is_marked() =>
        Assert.That(new SvgDocument(PlotSamples.Curve(5).Plot().ToSvg()).Groups("mark"), Is.Empty);

    [Test]
    public void Without_points_it_says_so()
    {
        Plot plot = PlotSamples.Curve(0).Plot();
        Assert.That(plot.Summary, Is.EqualTo("No learning rate to suggest: the first step's loss was not finite."));
        Assert.That(plot.ToText(), Does.Contain("nothing to draw"));
    }
}
