using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Experiments;

/// <summary>Computes the metrics of scored held-out rows, by ML.NET's own evaluator.</summary>
/// <typeparam name="TMetrics">ML.NET's metrics.</typeparam>
internal interface ISequenceMeasure<TMetrics>
{
    /// <exception cref="ArgumentOutOfRangeException">The evaluator does not support the label.</exception>
    void Check(IExceptionContext ectx, LabelBinding label) { }

    TMetrics Measure(ScoredRows rows);
}

/// <inheritdoc/>
internal sealed class MulticlassMeasure(MLContext ml) : ISequenceMeasure<MulticlassClassificationMetrics>
{
    public MulticlassClassificationMetrics Measure(ScoredRows rows) => ml.MulticlassClassification.Evaluate(rows.Multiclass(ml));
}

/// <inheritdoc/>
internal sealed class BinaryMeasure(MLContext ml) : ISequenceMeasure<BinaryClassificationMetrics>
{
    public BinaryClassificationMetrics Measure(ScoredRows rows) => ml.BinaryClassification.Evaluate(rows.Binary(ml));
}

/// <inheritdoc/>
internal sealed class RegressionMeasure(MLContext ml) : ISequenceMeasure<RegressionMetrics>
{
    public void Check(IExceptionContext ectx, LabelBinding label)
    {
        if (label.Column.Type is VectorDataViewType)
            throw ectx.ExceptSchemaMismatch(
                "trainData",
                "label",
                label.Column.Name,
                "Single: an experiment measures one target",
                label.Column.Type.ToString()
            );
    }

    public RegressionMetrics Measure(ScoredRows rows) => ml.Regression.Evaluate(rows.Regression(ml));
}
