namespace Samples.Quickstart;

/// <summary>Draws an image in characters, two per pixel, so that it looks about square.</summary>
internal static class DigitPicture
{
    private const string Shades = " .:-=+*#%@";
    private const float MostInk = 16;

    public static IEnumerable<string> Lines(DigitImage image) =>
        image.Pixels.Chunk(8).Select(row => string.Concat(row.Select(Shade).Select(shade => new string(shade, 2))));

    private static char Shade(float ink) => Shades[(int)Math.Round(ink / MostInk * (Shades.Length - 1))];
}
