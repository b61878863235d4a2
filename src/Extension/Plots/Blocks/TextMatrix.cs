using System.Globalization;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A confusion matrix in characters; where its columns have no room, a table of the classes instead.</summary>
internal sealed class TextMatrix(CountMatrix matrix, int width, Glyphs glyphs)
{
    private const int MostNameWidth = 20,
        LeastColumn = 5,
        RecallWidth = 8;
    private const string Corner = "true \\ predicted";

    public IEnumerable<string> Lines() =>
        NamesWidth + 1 + matrix.Classes * ColumnWidth + RecallWidth <= width
            ? Matrix()
            : ClassTable.Of(matrix, matrix.Classes).Lines(width, glyphs);

    private int NamesWidth =>
        Math.Clamp(
            Enumerable.Range(0, matrix.Classes).Select(row => RowName(row).Length).DefaultIfEmpty().Max(),
            Corner.Length,
            MostNameWidth
        );

    // A count, its shade, and a space before them.
    private int ColumnWidth =>
        Math.Max(LeastColumn, 2 + matrix.Counts.SelectMany(row => row).Select(count => Label.Count(count).Length).DefaultIfEmpty().Max());

    private IEnumerable<string> Matrix()
    {
        yield return Name(Corner)
            + string.Concat(Enumerable.Range(0, matrix.Classes).Select(column => Cell(Header(column), ' ')))
            + "recall".PadLeft(RecallWidth);
        for (int row = 0; row < matrix.Classes; row++)
            yield return Name(RowName(row))
                + string.Concat(Enumerable.Range(0, matrix.Classes).Select(column => Cell(Count(row, column), Shade(row, column))))
                + Label.Share(matrix.Recall(row)).PadLeft(RecallWidth);
        yield return Name("precision") + string.Concat(Enumerable.Range(0, matrix.Classes).Select(column => Cell(Precision(column), ' ')));
        foreach (string line in Legend())
            yield return line;
    }

    private IEnumerable<string> Legend() =>
        glyphs.Shades.Length == 0
            ? []
            : TextLine.Wrap(
                $"Share of the true class: {glyphs.Shades[0]} some, {glyphs.Shades[1]} a quarter, {glyphs.Shades[2]} half, "
                    + $"{glyphs.Shades[3]} three quarters and more.",
                width,
                glyphs
            );

    // Names too long for a column would all be cut to the same few letters: numbers replace them.
    private bool IsNumbered => matrix.Names.Any(name => name.Length > ColumnWidth - 1);

    private string Header(int column) => IsNumbered ? (column + 1).ToString(CultureInfo.InvariantCulture) : matrix.Names[column];

    private string RowName(int row) => IsNumbered ? FormattableString.Invariant($"{row + 1} {matrix.Names[row]}") : matrix.Names[row];

    private string Name(string name) => TextLine.FitMiddle(name, NamesWidth, glyphs).PadLeft(NamesWidth) + " ";

    private string Cell(string text, char shade) => text.PadLeft(ColumnWidth - 1) + shade;

    private string Count(int row, int column) => matrix.Counts[row][column] == 0 ? "." : Label.Count(matrix.Counts[row][column]);

    private char Shade(int row, int column) =>
        glyphs.Shades.Length == 0 || matrix.Counts[row][column] == 0
            ? ' '
            : glyphs.Shades[Math.Min(glyphs.Shades.Length - 1, (int)(matrix.Share(row, column) * glyphs.Shades.Length))];

    private string Precision(int column) =>
        double.IsNaN(matrix.Precision(column)) ? "-" : matrix.Precision(column).ToString("0.00", CultureInfo.InvariantCulture);
}
