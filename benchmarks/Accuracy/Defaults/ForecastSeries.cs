using System.Globalization;
using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Accuracy.Defaults;

/// <summary>A series of a forecasting set.</summary>
/// <param name="Name">Its name, another than those of the others.</param>
/// <param name="Start">When it begins.</param>
/// <param name="Values">Its values, those of the test horizon included.</param>
internal sealed record ForecastSeries(string Name, DateTime Start, float[] Values);

/// <summary>Reads the series of the data folder.</summary>
internal static class ForecastSeriesFile
{
    /// <summary>The hourly series of M4, whose times are not published: each as if it began on the same Monday.</summary>
    public static ForecastSeries[] M4Hourly(string folder)
    {
        string[] train = [.. SharedData.ReadLines(Path.Combine(folder, "Hourly-train.csv")).Skip(1)];
        string[] test = File.ReadAllLines(Path.Combine(folder, "Hourly-test.csv"))[1..];
        return
        [
            .. train.Zip(
                test,
                (past, next) => new ForecastSeries(Cells(past)[0], new DateTime(2015, 1, 5), [.. Numbers(past), .. Numbers(next)])
            ),
        ];
    }

    /// <summary>The series of a .tsf file. Their names are not unique in every file, so a number follows.</summary>
    public static ForecastSeries[] Tsf(string path)
    {
        var ml = new MLContext();
        return
        [
            .. ml
                .Data.CreateEnumerable<TsfStep>(ml.Data.LoadFromTsfFile(path), reuseRowObject: false)
                .GroupBy(step => step.Series)
                .Select(steps => new ForecastSeries(
                    $"{steps.First().Name} {steps.Key - 1}",
                    steps.First().Time,
                    [.. steps.Select(step => step.Value)]
                )),
        ];
    }

    /// <summary>A column of a CSV file with a header; what is no number is left out.</summary>
    public static float[] Column(string path, int column) =>
        [
            .. File.ReadLines(path)
                .Skip(1)
                .Select(Cells)
                .Where(cells => cells.Length > column)
                .Select(cells => float.TryParse(cells[column].Trim('?'), CultureInfo.InvariantCulture, out float value) ? value : float.NaN)
                .Where(float.IsFinite),
        ];

    private static IEnumerable<float> Numbers(string line) => Cells(line).Skip(1).Where(cell => cell.Length > 0).Select(Number);

    private static string[] Cells(string line) => [.. line.Split(',').Select(cell => cell.Trim('"', '\r', ' '))];

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private sealed class TsfStep
    {
        public int Series { get; set; }

        [ColumnName("series_name")]
        public string Name { get; set; } = "";

        public DateTime Time { get; set; }

        public float Value { get; set; }
    }
}
