using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Training.Losses;

namespace RnnMlNet.Training;

/// <summary>The weighted mean loss and the metric of a network on rows it is not trained on.</summary>
internal sealed class Evaluation(ITrainingEngine engine, TrainingPlan plan, RowSet set, Action checkAlive)
{
    private readonly IReadOnlyList<int[]> _batches = new BatchSampler(set, plan.BatchSize, plan.Seed).InOrderOfLength();
    private readonly BatchFill _fill = set.Assembler(
        new AssemblySettings(plan.FeatureScaling, plan.LabelScaling, ClassWeights: null, engine.ReadsStoredSteps)
    );
    private readonly MiniBatch _batch = new();
    private readonly Loss _loss = LossRegistry.Of(plan.Loss);
    private float[] _outputs = [];

    /// <summary>The metric of labels in units of their own, each divided by what the series that it is of varies.</summary>
    public const string StandardisedError = "Standardised RMSE";

    /// <summary>What that is in.</summary>
    public const string StandardisedUnit = "in standard deviations of each series";

    /// <summary>What the metric is called.</summary>
    public static string MetricName(LossKind loss) => LossRegistry.Of(loss).IsClassification ? "Accuracy" : "RMSE";

    /// <summary>Scores all rows: the mean loss, and the accuracy or the root mean squared error, in the label's unit or in those that the
    /// rows state.</summary>
    /// <param name="outputs">Outputs of a row, or of a step.</param>
    /// <param name="each">Is given each row's number and raw outputs, in any order; not for labels per step. Null for nobody.</param>
    public (double Loss, double Metric) Run(int outputs, Action<int, ReadOnlySpan<float>>? each = null)
    {
        double loss = 0,
            metric = 0,
            weights = 0,
            metricWeights = 0;
        foreach (int[] rows in _batches)
        {
            checkAlive();
            _fill(_batch, rows);
            int items = _batch.Items;
            if (_outputs.Length < items * outputs)
                _outputs = new float[items * outputs];
            engine.Score(_batch, _outputs.AsSpan(0, items * outputs));
            for (int i = 0; i < items; i++)
            {
                double weight = _batch.Weights[i];
                // What has no label counts nowhere, and of padding the outputs may be anything.
                if (_batch.HasLabelsPerStep && weight == 0)
                    continue;
                ReadOnlySpan<float> row = _outputs.AsSpan(i * outputs, outputs);
                each?.Invoke(rows[i], row);
                ReadOnlySpan<float> label = _batch.Labels.AsSpan(i * _batch.LabelWidth, _batch.LabelWidth);
                loss += weight * _loss.Of(row, label, quantiles: plan.Quantiles);
                weights += weight;
                // Rows of units of their own are weighted so that the loss is in common ones; the metric is in those itself.
                bool hasUnit = _batch.LabelUnits.Length > 0;
                double metricWeight = hasUnit ? 1 : weight,
                    unit = hasUnit ? _batch.LabelUnits[i] : 1;
                metric += metricWeight * unit * unit * RowMetric(row, label);
                metricWeights += metricWeight;
            }
        }
        return (loss / weights, _loss.IsClassification ? metric / metricWeights : Math.Sqrt(metric / metricWeights));
    }

    private double RowMetric(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label)
    {
        if (_loss.IsClassification)
            return _loss.IsRight(outputs, label) ? 1 : 0;
        return SquaredErrorInLabelUnits(outputs, label);
    }

    private double SquaredErrorInLabelUnits(ReadOnlySpan<float> outputs, ReadOnlySpan<float> label)
    {
        // Of several quantiles the middle one is the prediction.
        int perTarget = outputs.Length / label.Length;
        double sum = 0;
        for (int i = 0; i < label.Length; i++)
        {
            double error = ((double)outputs[i * perTarget + perTarget / 2] - label[i]) * (plan.LabelScaling?.Deviation[i] ?? 1);
            sum += double.IsNaN(label[i]) ? 0 : error * error;
        }
        return sum / label.Length;
    }
}
