using System.Text;

namespace RnnMlNet.Plots.Svg;

/// <summary>The role of a colour.</summary>
internal enum Paint
{
    None,
    Paper,
    Ink,
    Muted,
    Grid,
    First,
    Second,
    Third,
    Fourth,
    Right,
    Wrong,
}

/// <summary>
/// The colours, light and dark: for the series Okabe and Ito's for colour-blind readers (2008), darker or lighter where they would be too
/// pale on the background.
/// </summary>
internal static class SvgTheme
{
    /// <summary>The class of the plots' elements, which limits the style sheet to them.</summary>
    public const string Class = "rnnmlnet-plot";

    private static readonly (Paint Paint, string Light, string Dark)[] _colours =
    [
        (Paint.Paper, "#ffffff", "#1b1f24"),
        (Paint.Ink, "#1f2328", "#e6edf3"),
        (Paint.Muted, "#59636e", "#a3adb8"),
        (Paint.Grid, "#d8dde3", "#3a424c"),
        (Paint.First, "#0072b2", "#56b4e9"),
        (Paint.Second, "#d55e00", "#f0903c"),
        (Paint.Third, "#00805d", "#2fc59b"),
        (Paint.Fourth, "#a3527f", "#e39cc4"),
        (Paint.Right, "#4aa3d9", "#2a7fb8"),
        (Paint.Wrong, "#e8823a", "#b85a14"),
    ];

    /// <summary>
    /// A document's style sheet. The background is painted too, so that the plot is legible on any page; it follows the theme of a page
    /// where it is known (Jupyter's, Visual Studio Code's), else the reader's system.
    /// </summary>
    public static string StyleSheet { get; } = Write();

    /// <summary>The colour for viewers without style sheets.</summary>
    public static string Light(Paint paint) => Array.Find(_colours, colour => colour.Paint == paint).Light;

    /// <summary>The classes of an element with such a fill and outline.</summary>
    public static string ClassesOf(Paint fill, Paint stroke) =>
        string.Join(
            ' ',
            new[] { fill == Paint.None ? null : FillClass(fill), stroke == Paint.None ? null : StrokeClass(stroke) }.OfType<string>()
        );

    /// <summary>The colour of a series' style.</summary>
    public static Paint OfStyle(int style) => style < 0 ? Paint.Muted : Paint.First + style % 4;

    /// <summary>The dashes of a series' style; null for none. They distinguish lines without colours.</summary>
    public static string? DashesOf(int style) =>
        (style < 0 ? 0 : style % 4) switch
        {
            1 => "7 3",
            2 => "2 2.5",
            3 => "9 3 2 3",
            _ => null,
        };

    private static string FillClass(Paint paint) => $"f{(int)paint}";

    private static string StrokeClass(Paint paint) => $"s{(int)paint}";

    private static string Write()
    {
        string light = Variables(colour => colour.Light),
            dark = Variables(colour => colour.Dark);
        var css = new StringBuilder();
        css.Append($".{Class}{{{light}}}\n@media (prefers-color-scheme:dark){{.{Class}{{{dark}}}}}\n");
        css.Append($".vscode-light .{Class},[data-jp-theme-light=\"true\"] .{Class}{{{light}}}\n");
        css.Append($".vscode-dark .{Class},[data-jp-theme-light=\"false\"] .{Class}{{{dark}}}\n");
        foreach (var (paint, _, _) in _colours)
            css.Append(
                $".{Class} .{FillClass(paint)}{{fill:var(--c{(int)paint})}}.{Class} .{StrokeClass(paint)}{{stroke:var(--c{(int)paint})}}\n"
            );
        return css.ToString();
    }

    private static string Variables(Func<(Paint Paint, string Light, string Dark), string> colour) =>
        string.Join(';', _colours.Select(one => $"--c{(int)one.Paint}:{colour(one)}"));
}
