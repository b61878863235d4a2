using NUnit.Framework;
using RnnMlNet.Plots.Blocks;

namespace RnnMlNet.Tests.Plots;

/// <summary>The building blocks that no plot of today has all of: step lines, several marks, tables.</summary>
[TestFixture]
public class BlockTests
{
    [Test]
    public void Steps_keep_a_value_until_the_next_one()
    {
        var chart = new LineChart(
            "",
            new ChartAxis(AxisKind.Linear, "minutes"),
            new ChartAxis(AxisKind.Linear, "best accuracy"),
            [new ChartSeries("best so far", SeriesKind.Steps, 0, [new(0, 1), new(2, 3), new(4, 4)])]
        );
        var points = SvgDocument.LinePoints(new SvgDocument(new Plot("t", "s", [chart]).ToSvg()).Groups("series").Single());
        Assert.That(points, Has.Count.EqualTo(5));
        Assert.That((points[0].Y, points[2].Y), Is.EqualTo((points[1].Y, points[3].Y)), "level, up, level, up");
        Assert.That((points[1].X, points[3].X), Is.EqualTo((points[2].X, points[4].X)));

        string text = new Plot("t", "s", [chart]).ToText(40, unicode: false);
        Assert.That(text.Split('\n').Count(line => line.Contains("**********", StringComparison.Ordinal)), Is.EqualTo(2), text);
    }

    [Test]
    public void Marks_at_one_place_are_told_in_rows()
    {
        var chart = new LineChart(
            "",
            new ChartAxis(AxisKind.Linear, "x"),
            new ChartAxis(AxisKind.Linear, "y"),
            [new ChartSeries("a", SeriesKind.Line, 0, [new(0, 1), new(10, 3)])],
            [
                new ChartMark(5, "the first of three marks"),
                new ChartMark(5.1, "the second of three marks"),
                new ChartMark(10, "the third of three marks"),
                new ChartMark(double.NaN, "nowhere"),
            ]
        );
        var svg = new SvgDocument(new Plot("t", "s", [chart]).ToSvg());
        svg.AssertLegible();
        Assert.That(svg.Names("mark"), Is.EqualTo(["the first of three marks", "the second of three marks", "the third of three marks"]));
    }

    [Test]
    public void A_legend_that_is_too_long_goes_on_in_the_next_row()
    {
        var chart = new LineChart(
            "",
            new ChartAxis(AxisKind.Linear, "x"),
            new ChartAxis(AxisKind.Linear, "y"),
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(i => new ChartSeries($"a series with a long name {i}", SeriesKind.Line, i, [new(0, i), new(1, i + 1)])),
            ]
        );
        new SvgDocument(new Plot("t", "s", [chart]).ToSvg()).AssertLegible();
    }

    [Test]
    public void Tables_have_their_numbers_at_the_right_and_their_words_at_the_left()
    {
        Plot plot = new(
            "Trials",
            "Three of them.",
            [
                new Table(
                    "The best",
                    [new("trial"), new("cell", IsNumber: false), new("score")],
                    [
                        ["1", "Lstm", "0.91"],
                        ["12", "Gru", "0.8"],
                        ["3", "Elman", "-"],
                    ]
                ),
            ]
        );
        Assert.That(
            plot.ToText(40, unicode: false),
            Is.EqualTo(
                """
                Trials
                Three of them.

                The best
                trial  cell   score
                -----  -----  -----
                    1  Lstm    0.91
                   12  Gru      0.8
                    3  Elman      -

                """.ReplaceLineEndings("\n")
            )
        );
        var svg = new SvgDocument(plot.ToSvg());
        svg.AssertLegible();
        Assert.That(
            svg.All("text").Where(text => text.Attribute("text-anchor")?.Value == "end").Select(SvgDocument.Text),
            Is.EqualTo(["trial", "score", "1", "0.91", "12", "0.8", "3", "-"])
        );
    }

    [Test]
    public void A_table_that_is_too_wide_cuts_words_and_never_numbers()
    {
        Plot plot = new(
            "t",
            "s",
            [
                new Table(
                    "",
                    [new("options", IsNumber: false), new("score")],
                    [
                        [new string('w', 200), "0.123456789"],
                    ]
                ),
            ]
        );
        Assert.That(
            plot.ToText(40, unicode: false).Split('\n')[5],
            Is.EqualTo(new string('w', 12) + "..." + new string('w', 12) + "  0.123456789")
        );
        new SvgDocument(plot.ToSvg()).AssertLegible();
    }

    [Test]
    public void A_table_without_rows_is_its_header() =>
        Assert.That(
            new Plot("t", "s", [new Table("", [new("a"), new("b")], [])]).ToText(40, unicode: false),
            Is.EqualTo("t\ns\n\na  b\n-  -\n")
        );
}
