using Microsoft.ML.Data;
using RnnMlNet.Estimators.Evaluating;
using RnnMlNet.Experiments;
using RnnMlNet.Plots;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>Plots of results. Forecasts are plotted by <c>mlContext.Forecasting.Plot</c>.</summary>
public static class PlotExtensions
{
    /// <summary>Plots the losses by epoch, the validation metric below them, and the epoch whose weights the model has.</summary>
    /// <param name="history">A training history, also of a loaded model.</param>
    /// <returns>The plot. Losses that differ by more than a factor of fifty use a logarithmic axis.</returns>
    public static Plot Plot(this TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return HistoryPlot.Of(history.Epochs, history.BestEpoch, history.ToString());
    }

    /// <summary>Plots the losses by learning rate, and the suggested rate.</summary>
    /// <param name="curve">The result of FindLearningRate.</param>
    /// <returns>The plot.</returns>
    public static Plot Plot(this LearningRateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return LearningRatePlot.Of(curve.Points, curve.Suggestion, curve.ToString());
    }

    /// <summary>Plots the trials' metrics by time and the best so far, with a table of the best trials.</summary>
    /// <param name="result">The result of an experiment.</param>
    /// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
    /// <returns>The plot.</returns>
    public static Plot Plot<TMetrics>(this ExperimentResult<TMetrics> result)
        where TMetrics : class
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.ToPlot();
    }

    /// <summary>
    /// Plots the counts, true classes in rows, shaded by their shares of a row, with each class's recall and precision. For more than 32
    /// classes, and as text that is wider than a line, a table of the classes instead, those with the most errors first.
    /// </summary>
    /// <param name="confusionMatrix">The matrix of multiclass or binary metrics.</param>
    /// <param name="classNames">A name for each class, in the order of the label's keys. Null for ML.NET's own names.</param>
    /// <param name="title">The plot's title; null for "Confusion matrix".</param>
    /// <returns>The plot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of names differs from that of the classes.</exception>
    public static Plot Plot(this ConfusionMatrix confusionMatrix, IReadOnlyList<string>? classNames = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(confusionMatrix);
        return ConfusionPlot.Of(confusionMatrix, classNames, title);
    }
}
