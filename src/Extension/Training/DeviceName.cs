using System.Globalization;

namespace RnnMlNet.Training;

/// <summary>The kinds of device.</summary>
internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    Mps,
}

/// <summary>A device by name: <c>auto</c>, <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:n</c>, <c>mps</c>.</summary>
internal readonly record struct DeviceName(DeviceKind Kind, int Index)
{
    /// <summary>Parses a name; false where it is not one. Case does not matter.</summary>
    public static bool TryParse(string text, out DeviceName device)
    {
        string[] parts = text.Trim().ToLowerInvariant().Split(':');
        DeviceKind? kind = parts[0] switch
        {
            "auto" => DeviceKind.Auto,
            "cpu" => DeviceKind.Cpu,
            "cuda" => DeviceKind.Cuda,
            "mps" => DeviceKind.Mps,
            _ => null,
        };
        int index = 0;
        bool hasIndex =
            parts.Length == 2
            && kind == DeviceKind.Cuda
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        device = new DeviceName(kind ?? DeviceKind.Auto, index);
        return kind is not null && (parts.Length == 1 || hasIndex);
    }

    /// <summary>Parses a name that has been checked.</summary>
    /// <exception cref="FormatException">The text is not the name of a device.</exception>
    public static DeviceName Parse(string text) =>
        TryParse(text, out DeviceName device) ? device : throw new FormatException($"'{text}' is not the name of a device.");

    public override string ToString() => Kind == DeviceKind.Cuda ? $"cuda:{Index}" : Kind.ToString().ToLowerInvariant();
}
