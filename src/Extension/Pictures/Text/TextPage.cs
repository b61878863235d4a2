namespace RnnMlNet.Pictures.Text;

/// <summary>A picture in characters: title, summary, and its blocks below one another.</summary>
internal static class TextPage
{
    public static IEnumerable<string> Lines(Picture picture, IReadOnlyList<PictureBlock> blocks, int width, Glyphs glyphs)
    {
        yield return TextLine.Fit(picture.Title, width, glyphs);
        foreach (string line in TextLine.Wrap(picture.Summary, width, glyphs))
            yield return line;
        foreach (PictureBlock block in blocks)
        {
            yield return "";
            foreach (string line in block.Lines(width, glyphs))
                yield return line;
        }
    }
}
