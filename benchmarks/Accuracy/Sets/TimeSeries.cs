using System.Globalization;
using Microsoft.ML.Data;

namespace Accuracy.Sets;

/// <summary>One labelled series: values step-major, T x channels.</summary>
internal sealed class TimeSeries
{
    [VectorType]
    public float[] Values { get; set; } = [];

    public string Class { get; set; } = "";
}

/// <summary>Reads sktime's .ts files: channels apart by ':', values by ',', the class last. Series may differ in length.</summary>
internal static class TsFile
{
    /// <param name="path">The file.</param>
    /// <param name="features">F, its channels.</param>
    public static TimeSeries[] Read(string path, out int features)
    {
        features = Lines(path).First().Count(c => c == ':');
        return Read(path);
    }

    public static TimeSeries[] Read(string path) => [.. Lines(path).Select(Parse)];

    private static IEnumerable<string> Lines(string path) =>
        File.ReadLines(path)
            .SkipWhile(line => !line.StartsWith("@data", StringComparison.OrdinalIgnoreCase))
            .Skip(1)
            .Where(line => line.Length > 0);

    private static TimeSeries Parse(string line)
    {
        string[] parts = line.Split(':');
        float[][] channels =
        [
            .. parts[..^1].Select(channel => channel.Split(',').Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray()),
        ];
        int steps = channels[0].Length;
        var values = new float[steps * channels.Length];
        for (int f = 0; f < channels.Length; f++)
        for (int t = 0; t < steps; t++)
            values[t * channels.Length + f] = channels[f][t];
        return new TimeSeries { Values = values, Class = parts[^1].Trim() };
    }
}
