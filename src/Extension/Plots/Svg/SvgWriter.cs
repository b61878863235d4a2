using System.Globalization;
using System.Text;
using System.Xml;

namespace RnnMlNet.Plots.Svg;

/// <summary>The alignment of a text.</summary>
internal enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>The style of a text.</summary>
/// <param name="Size">Font size, in pixels.</param>
internal sealed record TextStyle(double Size)
{
    public static TextStyle Title { get; } = new(16) { IsBold = true };

    public static TextStyle Heading { get; } = new(13) { IsBold = true };

    public static TextStyle Plain { get; } = new(12);

    public static TextStyle Small { get; } = new(11) { Paint = Paint.Muted };

    public Paint Paint { get; init; } = Paint.Ink;

    public TextAnchor Anchor { get; init; }

    public bool IsBold { get; init; }

    /// <summary>Rotation in degrees, clockwise.</summary>
    public double Rotation { get; init; }
}

/// <summary>Writes the elements of an SVG document: a thin layer over XmlWriter, which escapes.</summary>
internal sealed class SvgWriter : IDisposable
{
    private const string Namespace = "http://www.w3.org/2000/svg";
    private const string Fonts = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";

    private readonly StringBuilder _text = new();
    private readonly XmlWriter _xml;

    public SvgWriter()
    {
        _xml = XmlWriter.Create(
            _text,
            new XmlWriterSettings
            {
                OmitXmlDeclaration = true,
                Indent = true,
                IndentChars = "",
                NewLineChars = "\n",
            }
        );
    }

    /// <summary>The height of a line of text.</summary>
    public static double LineHeight(TextStyle style) => Math.Round(style.Size * 1.4);

    /// <summary>Begins a document.</summary>
    /// <param name="width">In pixels, unless its container is narrower.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="title">The title.</param>
    /// <param name="description">The description for screen readers.</param>
    public void Begin(double width, double height, string title, string description)
    {
        _xml.WriteStartElement("svg", Namespace);
        Attributes(
            ("class", SvgTheme.Class),
            ("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            ("width", Number(width)),
            ("height", Number(height)),
            ("style", "max-width:100%;height:auto"),
            ("role", "img"),
            ("aria-label", title),
            ("font-family", Fonts)
        );
        _xml.WriteElementString("title", Namespace, title);
        _xml.WriteElementString("desc", Namespace, description);
        _xml.WriteElementString("style", Namespace, SvgTheme.StyleSheet);
    }

    /// <summary>Ends the document.</summary>
    public string End()
    {
        _xml.WriteEndElement();
        _xml.Flush();
        return _text.ToString();
    }

    /// <summary>Begins a group of elements, such as the points of a series.</summary>
    /// <param name="role">Its role, as an attribute for readers of the document.</param>
    /// <param name="name">Its name; null for none.</param>
    public void BeginGroup(string role, string? name = null)
    {
        Start("g");
        Attributes(("data-role", role));
        if (name is not null)
            Attributes(("data-name", name));
    }

    public void EndGroup() => _xml.WriteEndElement();

    /// <param name="x">X of the anchor.</param>
    /// <param name="y">Y of the base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="style">Its style.</param>
    /// <param name="tooltip">Shown on hovering, such as the full text of a shortened one; null for none.</param>
    public void Text(double x, double y, string text, TextStyle style, string? tooltip = null)
    {
        Start("text");
        Attributes(("x", Number(x)), ("y", Number(y)), ("font-size", Number(style.Size)));
        ApplyStyle(style.Paint);
        if (style.IsBold)
            Attributes(("font-weight", "600"));
        if (style.Anchor != TextAnchor.Start)
            Attributes(("text-anchor", style.Anchor == TextAnchor.Middle ? "middle" : "end"));
        if (style.Rotation != 0)
            Attributes(("transform", $"rotate({Number(style.Rotation)} {Number(x)} {Number(y)})"));
        Tooltip(tooltip);
        _xml.WriteString(text);
        _xml.WriteEndElement();
    }

    public void Rectangle(
        double x,
        double y,
        double width,
        double height,
        Paint fill,
        double opacity = 1,
        Paint stroke = Paint.None,
        string? tooltip = null
    )
    {
        Start("rect");
        Attributes(("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)));
        ApplyStyle(fill, opacity, stroke, 1.5);
        Tooltip(tooltip);
        _xml.WriteEndElement();
    }

    public void Line(double x1, double y1, double x2, double y2, Paint stroke, double width = 1, string? dashes = null)
    {
        Start("line");
        Attributes(("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));
        ApplyStyle(Paint.None, 1, stroke, width, dashes);
        _xml.WriteEndElement();
    }

    public void Polyline(IEnumerable<(double X, double Y)> points, Paint stroke, double width, string? dashes)
    {
        Start("polyline");
        Points(points);
        Attributes(("stroke-linejoin", "round"));
        ApplyStyle(Paint.None, 1, stroke, width, dashes);
        _xml.WriteEndElement();
    }

    public void Polygon(IEnumerable<(double X, double Y)> points, Paint fill, double opacity)
    {
        Start("polygon");
        Points(points);
        ApplyStyle(fill, opacity);
        _xml.WriteEndElement();
    }

    /// <summary>A point's marker; its shape identifies the style as its colour does.</summary>
    public void Marker(double x, double y, int style, string? tooltip = null, double size = 3.5)
    {
        Start("path");
        Attributes(("d", Shape(style, x, y, style < 0 ? size / 2 : size)));
        ApplyStyle(SvgTheme.OfStyle(style), style < 0 ? 0.55 : 1);
        Tooltip(tooltip);
        _xml.WriteEndElement();
    }

    public void Dispose() => _xml.Dispose();

    /// <summary>A number with two decimals at most.</summary>
    public static string Number(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Shape(int style, double x, double y, double r) =>
        (style < 0 ? 0 : style % 4) switch
        {
            1 => Invariant($"M{x - r} {y - r}h{2 * r}v{2 * r}h{-2 * r}z"),
            2 => Invariant($"M{x} {y - 1.2 * r}l{1.2 * r} {2.1 * r}h{-2.4 * r}z"),
            3 => Invariant($"M{x} {y - 1.3 * r}l{1.3 * r} {1.3 * r}l{-1.3 * r} {1.3 * r}l{-1.3 * r} {-1.3 * r}z"),
            _ => Invariant($"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 {-2 * r} 0z"),
        };

    private static string Invariant(FormattableString text) =>
        string.Format(
            CultureInfo.InvariantCulture,
            text.Format,
            [.. text.GetArguments().Select(argument => (object)Number(Convert.ToDouble(argument, CultureInfo.InvariantCulture)))]
        );

    private void Start(string element) => _xml.WriteStartElement(element, Namespace);

    private void Points(IEnumerable<(double X, double Y)> points) =>
        Attributes(("points", string.Join(' ', points.Select(point => $"{Number(point.X)},{Number(point.Y)}"))));

    // The colours as attributes for viewers without style sheets, and as classes for others.
    private void ApplyStyle(Paint fill, double opacity = 1, Paint stroke = Paint.None, double strokeWidth = 1, string? dashes = null)
    {
        Attributes(("fill", fill == Paint.None ? "none" : SvgTheme.Light(fill)));
        if (opacity < 1)
            Attributes(("fill-opacity", Number(opacity)));
        if (stroke != Paint.None)
            Attributes(("stroke", SvgTheme.Light(stroke)), ("stroke-width", Number(strokeWidth)));
        if (dashes is not null)
            Attributes(("stroke-dasharray", dashes));
        Attributes(("class", SvgTheme.ClassesOf(fill, stroke)));
    }

    private void Tooltip(string? text)
    {
        if (text is not null)
            _xml.WriteElementString("title", Namespace, text);
    }

    private void Attributes(params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
            _xml.WriteAttributeString(name, value);
    }
}
