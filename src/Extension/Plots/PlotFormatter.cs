namespace RnnMlNet.Plots;

/// <summary>Writes a result's plot for a notebook; .NET Interactive finds its members by name.</summary>
/// <param name="mimeType">The format.</param>
/// <param name="write">Writes the plot in that format.</param>
internal sealed class PlotFormatter(string mimeType, Func<IRendered, string> write)
{
    public string MimeType => mimeType;

    /// <returns>Whether it was written: false leaves the value to other formatters.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        if (instance is not IDrawn drawn)
            return false;
        writer.Write(write(drawn.Draw()));
        return true;
    }
}

/// <summary>A result with a plot.</summary>
internal interface IDrawn
{
    IRendered Draw();
}

/// <summary>A plot, in the formats of a notebook.</summary>
internal interface IRendered
{
    string ToText(int width = 80, bool? unicode = null);

    string ToHtml();
}

/// <summary>The formatters of results; .NET Interactive finds its method by name.</summary>
internal sealed class PlotFormatterSource
{
    public const string Html = "text/html",
        Plain = "text/plain";

    private readonly PlotFormatter[] _formatters = [new(Html, plot => plot.ToHtml()), new(Plain, plot => plot.ToText(unicode: true))];

    public IEnumerable<object> CreateTypeFormatters() => _formatters;
}
