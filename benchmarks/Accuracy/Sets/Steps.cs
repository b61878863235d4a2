using System.Globalization;
using Microsoft.ML.Data;

namespace Accuracy.Sets;

/// <summary>
/// An hour of an electricity transformer: six loads and the oil's temperature, OT, in units of their deviation over the training months.
/// </summary>
internal sealed class TransformerHour
{
    public DateTime Time { get; set; }

    [VectorType(EttFile.Channels)]
    public float[] Channels { get; set; } = [];

    public float OilTemperature { get; set; }
}

/// <summary>
/// ETTh1 (Zhou et al., Informer, 2021): 12, 4 and 4 months of 30 days to train, to validate and to test, the months beyond unused.
/// </summary>
internal static class EttFile
{
    public const int Channels = 7,
        Training = 12 * 30 * 24,
        Validation = 4 * 30 * 24,
        Test = 4 * 30 * 24;

    /// <summary>The hours of all three, standardised by the training months'.</summary>
    public static TransformerHour[] Read(string path)
    {
        var rows = File.ReadLines(path).Skip(1).Take(Training + Validation + Test).Select(line => line.Split(',')).ToArray();
        double[][] values = [.. rows.Select(row => row[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
        double[] mean = [.. Enumerable.Range(0, Channels).Select(c => values.Take(Training).Average(row => row[c]))];
        double[] deviation =
        [
            .. Enumerable.Range(0, Channels).Select(c => Math.Sqrt(values.Take(Training).Average(row => Math.Pow(row[c] - mean[c], 2)))),
        ];
        return
        [
            .. rows.Zip(
                values,
                (row, numbers) =>
                {
                    float[] standardised = [.. numbers.Select((value, c) => (float)((value - mean[c]) / deviation[c]))];
                    return new TransformerHour
                    {
                        Time = DateTime.Parse(row[0], CultureInfo.InvariantCulture),
                        Channels = standardised,
                        OilTemperature = standardised[^1],
                    };
                }
            ),
        ];
    }
}

/// <summary>A month of a series.</summary>
internal sealed class MonthlyValue
{
    public DateTime Month { get; set; }

    public float Value { get; set; }
}

/// <summary>A file of two columns, month and value.</summary>
internal static class MonthlyFile
{
    public static MonthlyValue[] Read(string path) =>
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Select(line => line.Replace("\"", "", StringComparison.Ordinal).Split(','))
                .Where(cells => cells.Length == 2)
                .Select(cells => new MonthlyValue
                {
                    Month = DateTime.ParseExact(cells[0], "yyyy-MM", CultureInfo.InvariantCulture),
                    Value = float.Parse(cells[1], CultureInfo.InvariantCulture),
                }),
        ];
}
