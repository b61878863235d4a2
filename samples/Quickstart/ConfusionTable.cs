using System.Globalization;
using Microsoft.ML.Data;

namespace Samples.Quickstart;

/// <summary>Writes a confusion matrix: a line per true class, a column per predicted one, a dot for zero.</summary>
internal static class ConfusionTable
{
    public static void Write(ConfusionMatrix matrix, IReadOnlyList<string> classes)
    {
        Console.WriteLine($"  true \\ predicted {string.Concat(classes.Select(name => $"{name,5}"))}   recall");
        for (int row = 0; row < matrix.NumberOfClasses; row++)
        {
            string counts = string.Concat(matrix.Counts[row].Select(count => $"{(count == 0 ? "." : count.ToString(CultureInfo.InvariantCulture)),5}"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {classes[row],16} {counts}   {matrix.PerClassRecall[row],6:0.000}"));
        }
        string precisions = string.Concat(matrix.PerClassPrecision.Select(precision => string.Create(CultureInfo.InvariantCulture, $" {precision:0.00}").PadLeft(5)));
        Console.WriteLine($"  {"precision",16} {precisions}");
        Console.WriteLine();
    }
}
