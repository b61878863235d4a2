using System.Globalization;
using NUnit.Framework;
using RnnMlNet.Tests.Support;

namespace RnnMlNet.Tests.Plots;

/// <summary>What all plots have in common.</summary>
[TestFixture]
public class PictureTests
{
    private const string Awkward = "a <b> & \"c\" 'd'";

    private static readonly Plot _picture = PlotSamples.History(epochs: 12).Plot();

    [Test]
    public void SVG_tells_a_screen_reader_what_it_shows()
    {
        var svg = new SvgDocument(_picture.ToSvg());
        Assert.That(svg.Root.Attribute("role")!.Value, Is.EqualTo("img"));
        Assert.That(svg.Root.Attribute("aria-label")!.Value, Is.EqualTo(_picture.Title).And.EqualTo("Training"));
        Assert.That(svg.Root.Elements().Take(2).Select(element => element.Name.LocalName), Is.EqualTo(["title", "desc"]));
        Assert.That(svg.Description, Is.EqualTo(_picture.Summary));
    }

    [Test]
    public void SVG_paints_its_own_paper_and_has_colours_for_dark_readers()
    {
        var svg = new SvgDocument(_picture.ToSvg());
        var paper = svg.All("rect").First();
        Assert.That(
            (paper.Attribute("width")!.Value, paper.Attribute("height")!.Value),
            Is.EqualTo((svg.Root.Attribute("width")!.Value, svg.Root.Attribute("height")!.Value))
        );
        Assert.That(
            svg.All("style").Single().Value,
            Does.Contain("@media (prefers-color-scheme:dark)").And.Contain("data-jp-theme-light").And.Contain("vscode-dark")
        );
    }

    [Test]
    public void SVG_needs_nothing_from_elsewhere_and_no_names_that_two_on_a_page_would_share()
    {
        string svg = _picture.ToSvg();
        Assert.That(
            svg.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal),
            Does.Not.Contain("http").And.Not.Contain("url(").And.Not.Contain("<script").And.Not.Contain(" id=")
        );
    }

    [Test]
    public void Two_drawings_of_one_result_are_the_same_whatever_the_culture()
    {
        string svg = _picture.ToSvg(),
            text = _picture.ToText(unicode: false);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NegativeSign, culture.NumberFormat.NumberGroupSeparator) = (
                ",",
                "~",
                "."
            );
            CultureInfo.CurrentCulture = culture;
            Plot again = PlotSamples.History(epochs: 12).Plot();
            Assert.That(again.ToSvg(), Is.EqualTo(svg));
            Assert.That(again.ToText(unicode: false), Is.EqualTo(text));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void It_is_saved_as_a_file_that_is_the_SVG()
    {
        using var folder = new TemporaryFolder();
        string path = folder.PathOf("plot.svg");
        File.WriteAllText(path, new string('x', 1_000_000));
        _picture.SaveSvg(path);
        Assert.That(File.ReadAllText(path), Is.EqualTo(_picture.ToSvg() + "\n"));
        Assert.That(File.ReadAllBytes(path)[0], Is.EqualTo((byte)'<'), "no byte order mark");
    }

    [Test]
    public void A_path_that_is_blank_is_refused() => Assert.That(() => _picture.SaveSvg(" "), Throws.ArgumentException);

    [Test]
    public void A_width_without_room_is_refused() =>
        Assert.That(
            () => _picture.ToText(39),
            Throws
                .InstanceOf<ArgumentOutOfRangeException>()
                .With.Message.StartsWith("width is 39; it must be at least 40, or there is no room for a chart.")
        );

    [TestCase(40)]
    [TestCase(80)]
    [TestCase(132)]
    public void No_line_of_text_is_longer_than_asked(int width)
    {
        foreach (Plot plot in PlotSamples.All())
            Assert.That(plot.ToText(width, unicode: true).Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(width), plot.Title);
    }

    [Test]
    public void Text_is_ASCII_or_of_the_characters_that_Windows_consoles_have()
    {
        // Of WGL4, Windows' glyph list.
        const string Beyond = "●○▲■·░▒▓█│─└┬┤…";
        foreach (Plot plot in PlotSamples.All())
        {
            Assert.That(plot.ToText(unicode: false).All(char.IsAscii), Is.True, plot.Title);
            Assert.That(
                plot.ToText(unicode: true).Where(character => !char.IsAscii(character)).Distinct(),
                Is.SubsetOf(Beyond),
                plot.Title
            );
        }
    }

    [Test]
    public void ToString_is_the_text_in_eighty_columns() => Assert.That(_picture.ToString(), Is.EqualTo(_picture.ToText(80)));

    [Test]
    public void Every_sample_is_legible_as_SVG()
    {
        foreach (Plot plot in PlotSamples.All())
            new SvgDocument(plot.ToSvg()).AssertLegible();
    }

    [Test]
    public void Names_from_outside_are_escaped_and_freed_of_what_no_XML_may_hold()
    {
        Plot plot = Confusions.Of([Awkward, "line\nbreak\u0001"], [4, 1], [0, 5]).Plot(title: Awkward);
        var svg = new SvgDocument(plot.ToHtml());
        Assert.That(svg.Root.Attribute("aria-label")!.Value, Is.EqualTo(Awkward));
        Assert.That(SvgDocument.Texts(svg.Root), Does.Contain(Awkward).And.Contain("line break "));
        Assert.That(plot.ToText(unicode: false).Split('\n'), Has.Some.Contains("line break"));
    }

    [Test]
    public void HTML_is_a_fragment_without_a_declaration() => Assert.That(_picture.ToHtml(), Does.StartWith("<svg ").And.EndWith("</svg>"));
}
