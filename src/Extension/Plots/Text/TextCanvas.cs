namespace RnnMlNet.Plots.Text;

/// <summary>Characters in columns and rows.</summary>
internal sealed class TextCanvas
{
    private readonly char[][] _rows;

    public TextCanvas(int columns, int rows)
    {
        _rows = [.. Enumerable.Range(0, rows).Select(_ => new char[columns])];
        foreach (char[] row in _rows)
            Array.Fill(row, ' ');
    }

    public void Put(int column, int row, char character)
    {
        if (column >= 0 && column < _rows[row].Length)
            _rows[row][column] = character;
    }

    /// <summary>Draws from one row to another, in either order.</summary>
    public void Vertical(int column, int from, int to, char character)
    {
        for (int row = Math.Min(from, to); row <= Math.Max(from, to); row++)
            Put(column, row, character);
    }

    public void Write(int column, int row, string text)
    {
        for (int i = 0; i < text.Length; i++)
            Put(column + i, row, text[i]);
    }

    public string Line(int row) => new(_rows[row]);
}
