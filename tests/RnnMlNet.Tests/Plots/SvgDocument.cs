using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NUnit.Framework;

namespace RnnMlNet.Tests.Plots;

/// <summary>What the tests read of a plot's SVG.</summary>
internal sealed partial class SvgDocument
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    public SvgDocument(string text)
    {
        Root = XDocument.Parse(text).Root!;
        double[] box = Numbers(Root.Attribute("viewBox")!.Value);
        (Width, Height) = (box[2], box[3]);
    }

    public XElement Root { get; }

    public double Width { get; }

    public double Height { get; }

    public string Description => Root.Element(_svg + "desc")!.Value;

    public IEnumerable<XElement> All(string name) => Root.Descendants(_svg + name);

    /// <summary>The groups of a role, such as the series of all charts.</summary>
    public IReadOnlyList<XElement> Groups(string role) => [.. All("g").Where(group => group.Attribute("data-role")?.Value == role)];

    public IEnumerable<string> Names(string role) => Groups(role).Select(group => group.Attribute("data-name")!.Value);

    public static IReadOnlyList<string> Texts(XElement group) => [.. group.Descendants(_svg + "text").Select(Text)];

    /// <summary>What a text shows, without its tooltip.</summary>
    public static string Text(XElement text) => string.Concat(text.Nodes().OfType<XText>().Select(node => node.Value));

    /// <summary>The corners of a group's lines.</summary>
    public static IReadOnlyList<(double X, double Y)> LinePoints(XElement group) =>
        [.. group.Descendants(_svg + "polyline").SelectMany(PointsOf)];

    public static IReadOnlyList<XElement> Markers(XElement group) => [.. group.Descendants(_svg + "path")];

    /// <summary>
    /// Asserts that all elements are within the view box, and that no two texts overlap, as far as their widths can be estimated.
    /// </summary>
    public void AssertLegible()
    {
        (XElement Element, (double X, double Y)[] Corners)[] texts = [.. All("text").Select(text => (text, Corners(text)))];
        Assert.Multiple(() =>
        {
            foreach (var (element, corners) in texts)
                AssertWithin(element, corners);
            foreach (XElement element in All("rect").Concat(All("line")).Concat(All("polyline")).Concat(All("polygon")).Concat(All("path")))
                AssertWithin(element, PointsOf(element));
            for (int i = 0; i < texts.Length; i++)
            for (int j = 0; j < i; j++)
                Assert.That(
                    Overlap(texts[i].Corners, texts[j].Corners),
                    Is.False,
                    () => $"'{Text(texts[i].Element)}' lies on '{Text(texts[j].Element)}'"
                );
        });
    }

    private void AssertWithin(XElement element, IEnumerable<(double X, double Y)> points)
    {
        foreach (var (x, y) in points)
            Assert.That(
                x >= -0.5 && x <= Width + 0.5 && y >= -0.5 && y <= Height + 0.5,
                Is.True,
                () => $"({x}, {y}) lies outside {Width} x {Height}: {element}"
            );
    }

    private static (double X, double Y)[] PointsOf(XElement element) =>
        element.Name.LocalName switch
        {
            "rect" =>
            [
                (Number(element, "x"), Number(element, "y")),
                (Number(element, "x") + Number(element, "width"), Number(element, "y") + Number(element, "height")),
            ],
            "line" => [(Number(element, "x1"), Number(element, "y1")), (Number(element, "x2"), Number(element, "y2"))],
            "path" => Pairs(Numbers(PathStart().Match(element.Attribute("d")!.Value).Value)),
            _ => Pairs(Numbers(element.Attribute("points")!.Value)),
        };

    // Not as the library measures: by a mean width of letters.
    private static (double X, double Y)[] Corners(XElement text)
    {
        double size = Number(text, "font-size"),
            width = 0.52 * size * Text(text).Length,
            x = Number(text, "x"),
            y = Number(text, "y");
        double start = text.Attribute("text-anchor")?.Value switch
        {
            "middle" => x - width / 2,
            "end" => x - width,
            _ => x,
        };
        double turn = text.Attribute("transform") is XAttribute transform ? Numbers(transform.Value)[0] * Math.PI / 180 : 0;
        (double X, double Y)[] corners =
        [
            (start, y - 0.75 * size),
            (start + width, y - 0.75 * size),
            (start + width, y + 0.15 * size),
            (start, y + 0.15 * size),
        ];
        return
        [
            .. corners.Select(corner =>
                (
                    x + (corner.X - x) * Math.Cos(turn) - (corner.Y - y) * Math.Sin(turn),
                    y + (corner.X - x) * Math.Sin(turn) + (corner.Y - y) * Math.Cos(turn)
                )
            ),
        ];
    }

    // Two rectangles are disjoint where the direction of one of their sides separates them.
    private static bool Overlap((double X, double Y)[] one, (double X, double Y)[] other) =>
        new[] { one, other }
            .SelectMany(Sides)
            .All(side =>
            {
                double[] a = [.. one.Select(corner => corner.X * side.X + corner.Y * side.Y)],
                    b = [.. other.Select(corner => corner.X * side.X + corner.Y * side.Y)];
                return a.Max() > b.Min() + 0.01 && b.Max() > a.Min() + 0.01;
            });

    private static IEnumerable<(double X, double Y)> Sides((double X, double Y)[] corners) =>
        new[] { (corners[0], corners[1]), (corners[1], corners[2]) }.Select(side =>
            (side.Item2.X - side.Item1.X, side.Item2.Y - side.Item1.Y)
        );

    private static double Number(XElement element, string attribute) =>
        double.Parse(element.Attribute(attribute)!.Value, CultureInfo.InvariantCulture);

    private static double[] Numbers(string text) =>
        [.. NumberPattern().Matches(text).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];

    private static (double X, double Y)[] Pairs(double[] numbers) => [.. numbers.Chunk(2).Select(pair => (pair[0], pair[1]))];

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^M\S+ [\d.\-]+")]
    private static partial Regex PathStart();
}
