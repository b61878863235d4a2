using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace RnnMlNet.Estimators.Forecasting;

/// <summary>
/// Rejects data whose rows were drawn at random: steps of time are missing between them, and the values to forecast may be in the training
/// data.
/// </summary>
internal static class RandomSplit
{
    private const string Advice =
        "split a time series by time only: otherwise the values to forecast are in the training data, and steps are missing between "
        + "the remaining rows. "
        + "Split by time (TakeRows and SkipRows, FilterRowsByColumn, the option TrainSize), or use ml.Forecasting.Backtest.";

    /// <exception cref="InvalidOperationException">The data comes from a random split, a sample with replacement or a shuffle.</exception>
    public static void Refuse(IExceptionContext ectx, IDataView data, bool hasTime)
    {
        for (IDataView view = data; view is IDataTransform transform; view = transform.Source)
            if (Reason(transform, hasTime) is string reason)
                throw ectx.Except($"The data {reason}: {Advice}");
    }

    private static string? Reason(IDataTransform view, bool hasTime) =>
        view switch
        {
            RangeFilter { Source: GenerateNumberTransform } =>
                "is one side of a random split (TrainTestSplit, CrossValidationSplit or CrossValidate)",
            BootstrapSamplingTransformer => "is a random sample with replacement (BootstrapSample)",
            // With a time column the rows are sorted again.
            RowShufflingTransformer when !hasTime => "is shuffled (ShuffleRows)",
            _ => null,
        };
}
