using System.Text;
using Microsoft.ML.Runtime;
using RnnMlNet.Files;
using RnnMlNet.Models;
using RnnMlNet.Plots;
using RnnMlNet.Plots.Blocks;
using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet;

/// <summary>
/// A plot of a result: charts and tables, as text for a terminal or a log, as SVG for a file, as HTML for a page or a notebook, which
/// displays it automatically. Created by the methods named Plot. The same result gives the same text and the same SVG on every machine,
/// whatever its culture.
/// </summary>
[TypeFormatterSource(typeof(PlotFormatterSource), PreferredMimeTypes = [PlotFormatterSource.Html, PlotFormatterSource.Plain])]
public sealed class Plot : IRendered, IDrawn
{
    private const int DefaultWidth = 80,
        LeastWidth = 40;

    private readonly IReadOnlyList<PlotBlock> _blocks;

    internal Plot(string title, string summary, IReadOnlyList<PlotBlock> blocks)
    {
        Title = Label.Clean(title);
        Summary = Label.Clean(summary);
        _blocks = blocks;
    }

    /// <summary>Title of the plot.</summary>
    public string Title { get; }

    /// <summary>Summary of the plot in a sentence or two: shown under the title, and read by a screen reader.</summary>
    public string Summary { get; }

    /// <summary>Renders the plot as text, for a terminal or a log.</summary>
    /// <param name="width">Maximum number of characters per line, at least 40. Default 80.</param>
    /// <param name="unicode">Whether frames and points may use characters outside ASCII; only those that the fonts of Windows' consoles
    /// have. Default null: if the console's encoding (<see cref="Console.OutputEncoding"/>) is Unicode.</param>
    /// <returns>Lines, each ended by a line feed.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is less than 40.</exception>
    public string ToText(int width = DefaultWidth, bool? unicode = null)
    {
        if (width < LeastWidth)
            throw Contracts.ExceptUserArg(
                nameof(width),
                FormattableString.Invariant($"width is {width}; it must be at least {LeastWidth}, or there is no room for a chart.")
            );
        Glyphs glyphs = unicode ?? Glyphs.ConsoleShowsUnicode() ? Glyphs.Unicode : Glyphs.Ascii;
        var text = new StringBuilder();
        foreach (string line in TextPage.Lines(Title, Summary, _blocks, width, glyphs))
            text.Append(line.TrimEnd()).Append('\n');
        return text.ToString();
    }

    /// <summary>Renders the plot as text with 80 characters per line, for <see cref="Console.WriteLine(object)"/>.</summary>
    public override string ToString() => ToText();

    /// <summary>
    /// Renders the plot as an SVG document. It has its own background, dark in a dark system theme, and needs no script, font or address.
    /// </summary>
    public string ToSvg() => SvgPage.Write(Title, Summary, _blocks);

    /// <summary>
    /// Renders the plot as a fragment of HTML: the SVG, no wider than its container. In Jupyter and Visual Studio Code it follows the
    /// notebook's theme.
    /// </summary>
    public string ToHtml() => ToSvg();

    /// <summary>Writes the SVG document to a file, and replaces an existing one.</summary>
    /// <param name="path">The file, such as <c>history.svg</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveSvg(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] svg = Encoding.UTF8.GetBytes(ToSvg() + "\n");
        AtomicFile.Write(path, file => file.Write(svg));
    }

    IRendered IDrawn.Draw() => this;
}
