namespace Shared;

/// <summary>Which bars were met.</summary>
internal sealed class Verdict
{
    private readonly List<string> _missed = [];
    private int _bars;

    /// <summary>The program's exit code: 1 where bars are checked and one is missed.</summary>
    public int ExitCode(bool check) => check && _missed.Count > 0 ? 1 : 0;

    /// <summary>A figure that must reach its bar: the bar and whether it does, in a column's width.</summary>
    public string AtLeast(double bar, double figure, string what) =>
        Of(figure >= bar, $"{bar, 5:0.00}", $"{what} {figure:0.00}, bar {bar:0.00}");

    /// <summary>A figure that must not be above its bar.</summary>
    public string AtMost(double bar, double figure, string what) => Of(figure <= bar, $"{bar:0}", $"{what} {figure:0.0}, at most {bar:0}");

    /// <summary>All bars in a sentence.</summary>
    public override string ToString() =>
        $"Bars met: {_bars - _missed.Count} of {_bars}{(_missed.Count > 0 ? $"; MISSED: {string.Join("; ", _missed)}" : "")}.";

    private string Of(bool isMet, string bar, string sentence)
    {
        _bars++;
        if (!isMet)
            _missed.Add(sentence);
        return $"{bar} {(isMet ? "met   " : "MISSED")}";
    }
}
