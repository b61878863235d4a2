using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>
/// A confusion matrix: a row for each true class, a column for each predicted one, shaded by the share of the row, with recalls and
/// precisions.
/// </summary>
internal sealed class MatrixBlock(CountMatrix matrix) : PlotBlock
{
    private const double LeastCell = 27,
        MostCell = 46,
        MostNameWidth = 170,
        NumberWidth = 48,
        Gap = 8,
        SideMargin = 40,
        TurnedBy = -45;
    private const double PalestShade = 0.14,
        DarkestShade = 0.75;
    private static readonly TextStyle _count = new(10.5) { Anchor = TextAnchor.Middle };

    private double Cell => Math.Clamp(420.0 / matrix.Classes, LeastCell, MostCell);

    private double NamesWidth =>
        Math.Min(
            MostNameWidth,
            matrix
                .Names.Select(name => TextMeasure.Width(name, TextStyle.Plain.Size))
                .Append(TextMeasure.Width("precision", TextStyle.Small.Size))
                .Max()
        );

    private double HeaderHeight => NamesWidth * Math.Sin(Math.PI / 4) + TextStyle.Plain.Size;

    // The last header leans out to the right.
    public override double LeastWidth => NamesWidth + Gap + matrix.Classes * Cell + 2 * NumberWidth + HeaderHeight + SideMargin;

    public override double Draw(SvgWriter svg, SvgArea area)
    {
        double line = SvgWriter.LineHeight(TextStyle.Small),
            left = area.Left + NamesWidth + Gap,
            top = area.Top + HeaderHeight + line;
        svg.BeginGroup("matrix");
        svg.Text(area.Left, area.Top + TextStyle.Small.Size, "true class in rows, predicted in columns", TextStyle.Small);
        DrawHeaders(svg, left, top);
        for (int row = 0; row < matrix.Classes; row++)
            DrawRow(svg, row, area.Left, left, top + row * Cell);
        double bottom = top + matrix.Classes * Cell;
        DrawPrecisions(svg, area.Left, left, bottom + line);
        double legend = bottom + 2 * line + 8 + (IsWide ? 0 : PrecisionHeight);
        DrawLegend(svg, area.Left, legend);
        svg.EndGroup();
        return legend + 6 - area.Top;
    }

    public override IEnumerable<string> Lines(int width, Glyphs glyphs) => new TextMatrix(matrix, width, glyphs).Lines();

    private double Right(double left) => left + matrix.Classes * Cell;

    // Whether a share of four characters fits in a column, or must be rotated.
    private bool IsWide => Cell >= TextMeasure.Width("0.00", TextStyle.Small.Size) + 7;

    private static double PrecisionHeight => TextMeasure.Width("0.00", TextStyle.Small.Size);

    private void DrawHeaders(SvgWriter svg, double left, double top)
    {
        TextStyle style = TextStyle.Plain with { Rotation = TurnedBy };
        for (int column = 0; column < matrix.Classes; column++)
            Name(svg, left + (column + 0.5) * Cell + 4, top - 6, column, style);
        svg.Text(Right(left) + NumberWidth - 18, top - 6, "recall", TextStyle.Small with { Rotation = TurnedBy });
        svg.Text(Right(left) + 2 * NumberWidth - 18, top - 6, "rows", TextStyle.Small with { Rotation = TurnedBy });
    }

    private void DrawRow(SvgWriter svg, int row, double start, double left, double top)
    {
        double baseLine = top + Cell / 2 + 4;
        Name(svg, start + NamesWidth, baseLine, row, TextStyle.Plain with { Anchor = TextAnchor.End });
        for (int column = 0; column < matrix.Classes; column++)
            DrawCell(svg, row, column, left + column * Cell, top);
        svg.Text(Right(left) + NumberWidth, baseLine, Label.Share(matrix.Recall(row)), TextStyle.Small with { Anchor = TextAnchor.End });
        svg.Text(
            Right(left) + 2 * NumberWidth,
            baseLine,
            Label.Count(matrix.RowsOf(row)),
            TextStyle.Small with
            {
                Anchor = TextAnchor.End,
            }
        );
    }

    private void DrawCell(SvgWriter svg, int row, int column, double x, double y)
    {
        double count = matrix.Counts[row][column],
            share = matrix.Share(row, column);
        string tooltip =
            $"true {matrix.Names[row]}, predicted {matrix.Names[column]}: {Label.Number(count, 6)} ({Label.Share(share)} of the class)";
        svg.Rectangle(x, y, Cell, Cell, Paint.Paper, 1, Paint.Grid);
        svg.Rectangle(
            x + 1,
            y + 1,
            Cell - 2,
            Cell - 2,
            row == column ? Paint.Right : Paint.Wrong,
            count > 0 ? PalestShade + (DarkestShade - PalestShade) * share : 0,
            row == column ? Paint.Ink : Paint.None,
            tooltip
        );
        if (count > 0)
            svg.Text(x + Cell / 2, y + Cell / 2 + 4, Label.Count(count), _count with { Size = Cell < 30 ? 9 : _count.Size });
    }

    private void DrawPrecisions(SvgWriter svg, double start, double left, double baseLine)
    {
        svg.Text(start + NamesWidth, baseLine, "precision", TextStyle.Small with { Anchor = TextAnchor.End });
        for (int column = 0; column < matrix.Classes; column++)
        {
            double middle = left + (column + 0.5) * Cell,
                precision = matrix.Precision(column);
            string text = double.IsNaN(precision) ? "-" : precision.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture);
            if (IsWide)
                svg.Text(middle, baseLine, text, TextStyle.Small with { Anchor = TextAnchor.Middle });
            else
                svg.Text(middle + 4, baseLine - 8, text, TextStyle.Small with { Anchor = TextAnchor.End, Rotation = -90 });
        }
    }

    private static void DrawLegend(SvgWriter svg, double x, double baseLine)
    {
        const double Swatch = 12;
        svg.Rectangle(x, baseLine - 10, Swatch, Swatch, Paint.Right, DarkestShade, Paint.Ink);
        svg.Text(x + Swatch + 6, baseLine, "right", TextStyle.Small);
        x += Swatch + 6 + TextMeasure.Width("right", TextStyle.Small.Size) + 18;
        svg.Rectangle(x, baseLine - 10, Swatch, Swatch, Paint.Wrong, DarkestShade);
        svg.Text(x + Swatch + 6, baseLine, "wrong; the stronger, the larger the share of the true class", TextStyle.Small);
    }

    private void Name(SvgWriter svg, double x, double y, int index, TextStyle style)
    {
        string name = matrix.Names[index],
            text = TextMeasure.FitMiddle(name, style.Size, NamesWidth + 0.01);
        svg.Text(x, y, text, style, text == name ? null : name);
    }
}
