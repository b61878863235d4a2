using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Estimators;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Experiments;

/// <summary>Computes the metrics of scored held-out rows, by ML.NET's own evaluator where it has one.</summary>
/// <typeparam name="TMetrics">The metrics.</typeparam>
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
/// <param name="threshold">The option Threshold. If it is null, one for each label is chosen on every second row and counts for the others,
/// and the other way round, so that no row is measured with thresholds of its own.</param>
internal sealed class MultiLabelMeasure(float? threshold) : ISequenceMeasure<MultiLabelMetrics>
{
    public MultiLabelMetrics Measure(ScoredRows rows)
    {
        int labels = rows.Label.Classes;
        (HeldOutRow Item, int Half)[] all =
        [
            .. rows
                .Items.SelectMany((items, row) => Enumerable.Repeat(row % 2, items))
                .Zip(rows.Outputs.Chunk(labels), rows.Labels.Chunk(labels))
                .Select(item => (Item: new HeldOutRow(item.Second, item.Third, 1), Half: item.First))
                .Where(item => item.Item.Labels[0] != StepClassesReader.Missing),
        ];
        float[][] thresholds =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(half =>
                    threshold is null
                        ? LabelThresholds.Of([.. all.Where(item => item.Half != half).Select(item => item.Item)], labels)
                        : LabelThresholds.Fixed(threshold, labels)
                ),
        ];
        var counts = new MultiLabelCounts(ClassNames.Of(rows.Label));
        foreach (var (one, half) in all)
            counts.Add(
                [.. one.Labels.Select(label => label > 0)],
                [.. one.Logits.Select((logit, label) => logit > thresholds[half][label])],
                [.. one.Logits.Select(OutputUnits.Sigmoid)]
            );
        return counts.Metrics(unscored: 0, hasProbabilities: true) with
        {
            IsOfSteps = rows.Label.IsPerStep,
            SkippedSteps = rows.Labels.Length / labels - all.Length,
        };
    }
}

/// <inheritdoc/>
/// <param name="metric">The metric that compares trials.</param>
internal sealed class TaggingMeasure(TaggingMetric metric) : ISequenceMeasure<SequenceTaggingMetrics>
{
    public void Check(IExceptionContext ectx, LabelBinding label)
    {
        if (metric == TaggingMetric.ChunkF1 && ClassNames.Of(label).FirstOrDefault(tag => !Chunks.AreTags([tag])) is string other)
            throw ectx.ExceptUserArg(
                nameof(TaggingExperimentSettings.OptimizingMetric),
                $"OptimizingMetric is ChunkF1, but column '{label.Column.Name}' has the tag '{other}', and tags of chunks are O, B-type "
                    + "or I-type: set it to Accuracy, SequenceAccuracy or LogLoss."
            );
    }

    public SequenceTaggingMetrics Measure(ScoredRows rows)
    {
        string[] tags = ClassNames.Of(rows.Label);
        var counts = new SequenceTaggingCounts(Chunks.AreTags(tags));
        var scores = new TagScores(rows.Outputs, tags.Length);
        int start = 0;
        foreach (int length in rows.Items)
        {
            int[] labelled = [.. Enumerable.Range(start, length).Where(step => rows.Labels[step] != StepClassesReader.Missing)];
            counts.Add(
                [.. labelled.Select(step => tags[(int)rows.Labels[step]])],
                [.. labelled.Select(step => tags[scores.Predicted(step)])],
                labelled.Sum(step => scores.LogLoss(step, (int)rows.Labels[step]))
            );
            start += length;
        }
        return counts.Metrics(unlabelled: start - counts.Steps, unscored: 0, hasProbabilities: true);
    }
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
