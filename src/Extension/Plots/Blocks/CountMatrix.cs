using Microsoft.ML.Data;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>The counts of a confusion matrix, with the classes' names.</summary>
internal sealed class CountMatrix
{
    /// <param name="matrix">ML.NET's matrix.</param>
    /// <param name="names">A name for each class; null for ML.NET's own.</param>
    public CountMatrix(ConfusionMatrix matrix, IReadOnlyList<string>? names)
    {
        Counts = matrix.Counts;
        Precisions = matrix.PerClassPrecision;
        Recalls = matrix.PerClassRecall;
        Names = [.. (names ?? [.. matrix.PredictedClassesIndicators.Select(name => name.ToString())]).Select(Label.Clean)];
        Total = Counts.Sum(row => row.Sum());
        Right = Counts.Select((row, i) => row[i]).Sum();
    }

    public int Classes => Names.Count;

    public IReadOnlyList<string> Names { get; }

    /// <summary>[true class][predicted class].</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    public IReadOnlyList<double> Precisions { get; }

    public IReadOnlyList<double> Recalls { get; }

    /// <summary>Rows, by their weights.</summary>
    public double Total { get; }

    /// <summary>Rows whose class was predicted correctly.</summary>
    public double Right { get; }

    public double RowsOf(int trueClass) => Counts[trueClass].Sum();

    /// <summary>The share of a class's rows that was predicted as another or the same class; 0 without rows.</summary>
    public double Share(int trueClass, int predicted) => RowsOf(trueClass) > 0 ? Counts[trueClass][predicted] / RowsOf(trueClass) : 0;

    /// <summary>The recall of a class; NaN without rows, for which ML.NET has 0.</summary>
    public double Recall(int trueClass) => RowsOf(trueClass) > 0 ? Recalls[trueClass] : double.NaN;

    /// <summary>The precision of a class; NaN where it is never predicted.</summary>
    public double Precision(int predicted) => Counts.Sum(row => row[predicted]) > 0 ? Precisions[predicted] : double.NaN;

    /// <summary>The class that a class is most often mistaken for; null if it never is.</summary>
    public int? MostTakenFor(int trueClass)
    {
        int other = Enumerable
            .Range(0, Classes)
            .Where(predicted => predicted != trueClass)
            .DefaultIfEmpty(trueClass)
            .MaxBy(predicted => Counts[trueClass][predicted]);
        return other != trueClass && Counts[trueClass][other] > 0 ? other : null;
    }
}
