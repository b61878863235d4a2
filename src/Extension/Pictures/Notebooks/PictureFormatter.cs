namespace RnnMlNet.Pictures.Notebooks;

/// <summary>Writes a result's picture for a notebook; .NET Interactive finds its members by their names.</summary>
/// <param name="mimeType">The format.</param>
/// <param name="write">The picture in it.</param>
internal sealed class PictureFormatter(string mimeType, Func<Picture, string> write)
{
    public string MimeType => mimeType;

    /// <returns>Whether it was written: false leaves the value to other formatters.</returns>
    public bool Format(object instance, TextWriter writer)
    {
        Picture? picture = instance switch
        {
            Picture shown => shown,
            TrainingHistory history => history.Plot(),
            LearningRateCurve curve => curve.Plot(),
            IDrawn drawn => drawn.Draw(),
            _ => null,
        };
        if (picture is null)
            return false;
        writer.Write(write(picture));
        return true;
    }
}

/// <summary>A result of a type with parameters, that can be drawn whatever they are.</summary>
internal interface IDrawn
{
    Picture Draw();
}

/// <summary>The formatters of results; .NET Interactive finds its method by its name.</summary>
internal sealed class PictureFormatterSource
{
    public const string Html = "text/html",
        Plain = "text/plain";

    private readonly PictureFormatter[] _formatters =
    [
        new(Html, picture => picture.ToHtml()),
        new(Plain, picture => picture.ToText(unicode: true)),
    ];

    public IEnumerable<object> CreateTypeFormatters() => _formatters;
}
