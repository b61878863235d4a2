using Microsoft.ML.Data;
using RnnMlNet.Plots.Text;

namespace RnnMlNet.Plots.Blocks;

/// <summary>What a confusion matrix holds, with the classes' names.</summary>
internal sealed class CountMatrix
{
    /// <param name="matrix">ML.NET's.</param>
    /// <param name="names">A name for each class; null for those that ML.NET knows.</param>
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

    /// <summary>Those of them whose class was predicted.</summary>
    public double Right { get; }

    public double RowsOf(int trueClass) => Counts[trueClass].Sum();

    /// <summary>Of the rows of a class the share that was predicted as another or the same one; 0 without rows.</summary>
    public double Share(int trueClass, int predicted) => RowsOf(trueClass) > 0 ? Counts[trueClass][predicted] / RowsOf(trueClass) : 0;

    /// <summary>The recall of a class; NaN where no row is of it, for which ML.NET has 0.</summary>
    public double Recall(int trueClass) => RowsOf(trueClass) > 0 ? Recalls[trueClass] : double.NaN;

    /// <summary>The precision of a class; NaN where it is never predicted.</summary>
    public double Precision(int predicted) => Counts.Sum(row => row[predicted]) > 0 ? Precisions[predicted] : double.NaN;

    /// <summary>The class that a class is most often taken for; null where it never is for another.</summary>
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
