using Microsoft.ML.Data;
using RnnMlNet.Experiments;
using RnnMlNet.Plots;
using RnnMlNet.Training;

namespace RnnMlNet;

/// <summary>Plots of results. Forecasts have theirs by <c>mlContext.Forecasting.Plot</c>.</summary>
public static class PlotExtensions
{
    /// <summary>The losses by epoch, the validation metric below them, and the epoch whose weights the model has.</summary>
    /// <param name="history">A training's history, of a loaded model too.</param>
    /// <returns>The plot. Losses that differ by more than fifty times stand on a logarithmic axis.</returns>
    public static Plot Plot(this TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return HistoryPlot.Of(history);
    }

    /// <summary>The losses by learning rate, and the suggested rate.</summary>
    /// <param name="curve">What FindLearningRate found.</param>
    /// <returns>The plot.</returns>
    public static Plot Plot(this LearningRateCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return LearningRatePlot.Of(curve);
    }

    /// <summary>The trials' metrics by time, the best so far, and a table of the best trials.</summary>
    /// <param name="result">What an experiment came to.</param>
    /// <typeparam name="TMetrics">ML.NET's metrics of the task.</typeparam>
    /// <returns>The plot.</returns>
    public static Plot Plot<TMetrics>(this ExperimentResult<TMetrics> result)
        where TMetrics : class
    {
        ArgumentNullException.ThrowIfNull(result);
        return ExperimentPlot.Of(result);
    }

    /// <summary>
    /// The counts, true classes in rows, shaded by their shares of a row, with each class's recall and precision. Of more than 32 classes,
    /// and as text of more than a line has room for, a table of the classes instead, those with the most mistakes first.
    /// </summary>
    /// <param name="confusionMatrix">The matrix of multiclass or binary metrics.</param>
    /// <param name="classNames">A name for each class, in the order of the label's keys. Null for those that ML.NET knows.</param>
    /// <param name="title">The plot's title; null for "Confusion matrix".</param>
    /// <returns>The plot.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are more or fewer names than classes.</exception>
    public static Plot Plot(this ConfusionMatrix confusionMatrix, IReadOnlyList<string>? classNames = null, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(confusionMatrix);
        return ConfusionPlot.Of(confusionMatrix, classNames, title);
    }
}
