using RnnMlNet.Data;

namespace RnnMlNet.Text;

/// <summary>Numbers of bytes as text.</summary>
internal static class ByteSize
{
    private static readonly string[] _units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>1.5 GiB</c>; below 1 KiB <c>900 bytes</c>.</summary>
    public static string Text(long bytes)
    {
        if (bytes < 1024)
            return FormattableString.Invariant($"{bytes} bytes");
        double size = bytes / 1024d;
        int unit = 0;
        for (; size >= 1024 && unit < _units.Length - 1; unit++)
            size /= 1024;
        return FormattableString.Invariant($"{size:0.0} {_units[unit]}");
    }
}
