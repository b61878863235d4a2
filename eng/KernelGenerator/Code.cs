using System.Globalization;
using System.Text;

namespace KernelGenerator;

/// <summary>Text with an indentation.</summary>
internal sealed class Code
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public void Line(string text = "") => _text.Append(text.Length == 0 ? "" : new string(' ', 4 * _depth)).Append(text).Append('\n');

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

    public override string ToString() => _text.ToString().Replace("}\n\n}\n", "}\n}\n", StringComparison.Ordinal).ToString(CultureInfo.InvariantCulture);
}
