using RnnMlNet.Plots.Svg;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its header.</param>
/// <param name="IsNumber">Whether its cells are right-aligned.</param>
/// <param name="IsSentence">Whether its cells are sentences, shortened at their ends; names are shortened in the middle, because they often
/// differ at both ends.</param>
internal sealed record TableColumn(string Header, bool IsNumber = true, bool IsSentence = false);

/// <summary>A table of texts. Where it is too wide, texts are shortened, numbers never.</summary>
internal sealed class Table : PlotBlock
{
    private const double CellGap = 18,
        MostWordWidth = 240,
        MostSentenceWidth = 420;
    private const int TextGap = 2,
        LeastTextWidth = 6;

    /// <param name="title">Its title; empty where the plot's title suffices.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="rows">The cells of each row.</param>
    public Table(string title, IReadOnlyList<TableColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        Title = Label.Clean(title);
        Columns = [.. columns.Select(column => column with { Header = Label.Clean(column.Header) })];
        Rows = [.. rows.Select(row => (string[])[.. row.Select(Label.Clean)])];
    }

    public string Title { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    public IReadOnlyList<string[]> Rows { get; }

    public override double LeastWidth => Widths().Sum() + CellGap * (Columns.Count - 1);

    public override double Draw(SvgWriter svg, SvgArea area)
    {
        svg.BeginGroup("table", Title);
        double bottom = area.Top,
            line = SvgWriter.LineHeight(TextStyle.Plain) + 3;
        if (Title.Length > 0)
            svg.Text(
                area.Left,
                bottom += TextStyle.Heading.Size,
                TextMeasure.Fit(Title, TextStyle.Heading.Size, area.Width),
                TextStyle.Heading
            );
        double[] widths = Widths();
        DrawRow(svg, [.. Columns.Select(column => column.Header)], widths, area.Left, bottom += line, TextStyle.Small);
        double right = area.Left + widths.Sum() + CellGap * (Columns.Count - 1);
        svg.Line(area.Left, bottom + 5, right, bottom + 5, Paint.Muted);
        bottom += 4;
        foreach (string[] row in Rows)
            DrawRow(svg, row, widths, area.Left, bottom += line, TextStyle.Plain);
        svg.EndGroup();
        return bottom + 4 - area.Top;
    }

    public override IEnumerable<string> Lines(int width, Glyphs glyphs)
    {
        if (Title.Length > 0)
            yield return TextLine.Fit(Title, width, glyphs);
        int[] widths = TextWidths(width);
        yield return TextRow([.. Columns.Select(column => column.Header)], widths, width, glyphs);
        yield return TextRow([.. widths.Select(one => new string(glyphs.Horizontal, one))], widths, width, glyphs);
        foreach (string[] row in Rows)
            yield return TextRow(row, widths, width, glyphs);
    }

    private double[] Widths() =>
        [
            .. Columns.Select(
                (column, c) =>
                    Math.Max(
                        TextMeasure.Width(column.Header, TextStyle.Small.Size),
                        Math.Min(
                            column.IsNumber ? double.MaxValue
                                : column.IsSentence ? MostSentenceWidth
                                : MostWordWidth,
                            Rows.Select(row => TextMeasure.Width(row[c], TextStyle.Plain.Size)).DefaultIfEmpty().Max()
                        )
                    )
            ),
        ];

    private void DrawRow(SvgWriter svg, string[] cells, double[] widths, double left, double y, TextStyle style)
    {
        for (int c = 0; c < Columns.Count; c++)
        {
            string text = Columns[c].IsSentence
                ? TextMeasure.Fit(cells[c], style.Size, widths[c] + 0.01)
                : TextMeasure.FitMiddle(cells[c], style.Size, widths[c] + 0.01);
            double x = Columns[c].IsNumber ? left + widths[c] : left;
            if (text.Length > 0)
                svg.Text(
                    x,
                    y,
                    text,
                    style with
                    {
                        Anchor = Columns[c].IsNumber ? TextAnchor.End : TextAnchor.Start,
                    },
                    text == cells[c] ? null : cells[c]
                );
            left += widths[c] + CellGap;
        }
    }

    // The text columns share the width that the numbers leave; the widest is shortened first.
    private int[] TextWidths(int width)
    {
        int[] widths = [.. Columns.Select((column, c) => Rows.Select(row => row[c].Length).Append(column.Header.Length).Max())];
        int excess = widths.Sum() + TextGap * (Columns.Count - 1) - width;
        while (excess-- > 0)
        {
            int[] words = [.. Enumerable.Range(0, widths.Length).Where(c => !Columns[c].IsNumber && widths[c] > LeastTextWidth)];
            if (words.Length == 0)
                break;
            widths[words.MaxBy(c => widths[c])]--;
        }
        return widths;
    }

    private string TextRow(string[] cells, int[] widths, int width, Glyphs glyphs)
    {
        var padded = cells
            .Select(
                (cell, c) => Columns[c].IsSentence ? TextLine.Fit(cell, widths[c], glyphs) : TextLine.FitMiddle(cell, widths[c], glyphs)
            )
            .Select((cell, c) => Columns[c].IsNumber ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]));
        return TextLine.Fit(string.Join(new string(' ', TextGap), padded).TrimEnd(), width, glyphs);
    }
}
