using System.Globalization;

namespace Samples.Browser.Digits;

/// <summary>Strokes of a pen, and their 8 x 8 pixels for the network.</summary>
/// <remarks>
/// The pixels are computed as those of the training data: the digit fills a bitmap of 32 x 32, and a pixel counts the ink, 0 to 16, in a
/// block of 4 x 4 of them.
/// </remarks>
internal sealed class Drawing
{
    /// <summary>Pixels of a row, and rows.</summary>
    public const int Side = 8;

    /// <summary>Width and height of the area that is drawn on.</summary>
    public const double Area = 256;

    /// <summary>Width of the line on it.</summary>
    public const double Line = 22;

    private const int Block = 4;
    private const int Bits = Side * Block;
    private const double PenRadius = 2.6;
    private const double SmallestExtent = Area / 5;
    private const double SmallestMove = 3;

    private readonly List<List<Point>> _strokes = [];

    private readonly record struct Point(double X, double Y);

    public bool IsEmpty => _strokes.Count == 0;

    /// <summary>The points of each stroke as an SVG polyline.</summary>
    public IEnumerable<string> Polylines =>
        _strokes.Select(stroke =>
            string.Join(' ', stroke.Select(point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#},{point.Y:0.#}")))
        );

    public void Clear() => _strokes.Clear();

    public void BeginStroke(double x, double y) => _strokes.Add([new Point(x, y)]);

    /// <summary>Continues the last stroke.</summary>
    /// <returns>False where the pen has hardly moved, so that nothing changed.</returns>
    public bool ContinueStroke(double x, double y)
    {
        Point last = _strokes[^1][^1];
        if (Math.Abs(x - last.X) + Math.Abs(y - last.Y) < SmallestMove)
            return false;
        _strokes[^1].Add(new Point(x, y));
        return true;
    }

    /// <summary>[8 x 8] ink, row by row from the top, 0 to 16.</summary>
    public float[] Pixels()
    {
        var pixels = new float[Side * Side];
        bool[] bitmap = Bitmap();
        for (int i = 0; i < bitmap.Length; i++)
            if (bitmap[i])
                pixels[i / Bits / Block * Side + i % Bits / Block]++;
        return pixels;
    }

    // The strokes, scaled so that the longer side of the drawing fills the bitmap, and centred.
    private bool[] Bitmap()
    {
        var bitmap = new bool[Bits * Bits];
        if (IsEmpty)
            return bitmap;
        Point[] all = [.. _strokes.SelectMany(stroke => stroke)];
        double left = all.Min(point => point.X),
            right = all.Max(point => point.X);
        double top = all.Min(point => point.Y),
            bottom = all.Max(point => point.Y);
        double scale = (Bits - 2 * PenRadius) / Math.Max(SmallestExtent, Math.Max(right - left, bottom - top));
        Point Scaled(Point point) =>
            new(Bits / 2.0 + (point.X - (left + right) / 2) * scale, Bits / 2.0 + (point.Y - (top + bottom) / 2) * scale);
        foreach (List<Point> stroke in _strokes)
            for (int i = 0; i < stroke.Count; i++)
                Ink(bitmap, Scaled(stroke[Math.Max(0, i - 1)]), Scaled(stroke[i]));
        return bitmap;
    }

    // Draws a line with a round pen from a to b.
    private static void Ink(bool[] bitmap, Point a, Point b)
    {
        int firstX = First(a.X, b.X),
            lastX = Last(a.X, b.X);
        for (int y = First(a.Y, b.Y); y <= Last(a.Y, b.Y); y++)
        for (int x = firstX; x <= lastX; x++)
            if (SquaredDistance(new Point(x + 0.5, y + 0.5), a, b) <= PenRadius * PenRadius)
                bitmap[y * Bits + x] = true;
    }

    private static int First(double a, double b) => Math.Max(0, (int)(Math.Min(a, b) - PenRadius));

    private static int Last(double a, double b) => Math.Min(Bits - 1, (int)(Math.Max(a, b) + PenRadius));

    private static double SquaredDistance(Point point, Point a, Point b)
    {
        double dx = b.X - a.X,
            dy = b.Y - a.Y;
        double squaredLength = dx * dx + dy * dy;
        double share = squaredLength == 0 ? 0 : Math.Clamp(((point.X - a.X) * dx + (point.Y - a.Y) * dy) / squaredLength, 0, 1);
        double x = point.X - a.X - share * dx,
            y = point.Y - a.Y - share * dy;
        return x * x + y * y;
    }
}
