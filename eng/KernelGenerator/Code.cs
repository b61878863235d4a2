using System.Globalization;
using System.Text;

namespace KernelGenerator;

/// <summary>Text with an indentation.</summary>
internal sealed class Code
{
    private readonly StringBuilder _text = new();
    private int _depth;

    private const int Columns = 140;

    /// <summary>A line; one of more than 140 columns is continued after a comma.</summary>
    public void Line(string text = "")
    {
        if (text.Length > 0)
            _text.Append(' ', 4 * _depth);
        int indentation = 4 * _depth;
        while (indentation + text.Length > Columns)
        {
            int end = text.LastIndexOf(", ", Columns - indentation, StringComparison.Ordinal);
            indentation = 4 * (_depth + 1);
            _text.Append(text, 0, end + 1).Append('\n').Append(' ', indentation);
            text = text[(end + 2)..];
        }
        _text.Append(text).Append('\n');
    }

    /// <summary>A head whose block follows.</summary>
    public Code Open(string head)
    {
        Line(head);
        return this;
    }

    public void Brace()
    {
        Line("{");
        _depth++;
    }

    public void Close()
    {
        _depth--;
        Line("}");
        if (_depth == 1)
            Line();
    }

    public override string ToString() =>
        _text.ToString().Replace("}\n\n}\n", "}\n}\n", StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture);
}
