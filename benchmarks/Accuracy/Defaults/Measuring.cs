using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Accuracy.Defaults;

/// <summary>Fits a pipeline and measures its scores; log-losses of all models are computed alike, in nats.</summary>
internal static class Measuring
{
    private const double LeastProbability = 1e-15;

    /// <summary>Accuracy and log-loss of a classifier with the columns Label, PredictedLabel (keys) and Score (probabilities).</summary>
    public static Outcome Multiclass(MLContext ml, IEstimator<ITransformer> pipeline, IDataView train, IDataView test)
    {
        var (scored, seconds) = Fit(pipeline, train, test);
        double hits = 0,
            loss = 0,
            rows = 0;
        foreach (MulticlassRow row in ml.Data.CreateEnumerable<MulticlassRow>(scored, reuseRowObject: true))
        {
            rows++;
            hits += row.PredictedLabel == row.Label && row.Label > 0 ? 1 : 0;
            // A class that training did not have has the probability 0.
            loss -= Math.Log(Math.Max(LeastProbability, row.Label == 0 || row.Label > row.Score.Length ? 0 : row.Score[row.Label - 1]));
        }
        return new Outcome(hits / rows, loss / rows, seconds);
    }

    /// <summary>F1 of the positive class, or accuracy, and log-loss of a classifier of two classes with a Probability.</summary>
    public static Outcome Binary(MLContext ml, IEstimator<ITransformer> pipeline, IDataView train, IDataView test, bool isF1)
    {
        var (scored, seconds) = Fit(pipeline, train, test);
        double loss = 0,
            rows = 0,
            right = 0,
            truePositives = 0,
            positives = 0,
            predicted = 0;
        foreach (BinaryRow row in ml.Data.CreateEnumerable<BinaryRow>(scored, reuseRowObject: true))
        {
            rows++;
            loss -= Math.Log(Math.Max(LeastProbability, row.Label ? row.Probability : 1 - row.Probability));
            right += row.PredictedLabel == row.Label ? 1 : 0;
            truePositives += row.PredictedLabel && row.Label ? 1 : 0;
            positives += row.Label ? 1 : 0;
            predicted += row.PredictedLabel ? 1 : 0;
        }
        return new Outcome(isF1 ? 2 * truePositives / (positives + predicted) : right / rows, loss / rows, seconds);
    }

    /// <summary>Root mean squared error of a regression.</summary>
    public static Outcome Regression(MLContext ml, IEstimator<ITransformer> pipeline, IDataView train, IDataView test, string label)
    {
        var (scored, seconds) = Fit(pipeline, train, test);
        return new Outcome(ml.Regression.Evaluate(scored, label).RootMeanSquaredError, double.NaN, seconds);
    }

    /// <summary>The scored test rows, and how long Fit took.</summary>
    public static (IDataView Scored, double Seconds) Fit(IEstimator<ITransformer> pipeline, IDataView train, IDataView test)
    {
        var clock = Stopwatch.StartNew();
        ITransformer model = pipeline.Fit(train);
        double seconds = clock.Elapsed.TotalSeconds;
        return (model.Transform(test), seconds);
    }

    private sealed class MulticlassRow
    {
        public uint Label { get; set; }

        public uint PredictedLabel { get; set; }

        [VectorType]
        public float[] Score { get; set; } = [];
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public bool PredictedLabel { get; set; }

        public float Probability { get; set; }
    }
}
