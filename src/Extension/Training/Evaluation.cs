using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Engines;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training.Losses;

namespace RnnMlNet.Training;

/// <summary>The weighted mean loss and the metric of a network on validation rows.</summary>
internal sealed class Evaluation(ITrainingEngine engine, TrainingPlan plan, RowSet set, Action checkAlive)
{
    private readonly IReadOnlyList<int[]> _batches = new BatchSampler(set, plan.BatchSize, plan.Seed).InOrderOfLength();
    private readonly BatchFill _fill = set.Assembler(
        new AssemblySettings(plan.Encoder, plan.LabelScaling, ClassWeights: null, engine.ReadsStoredSteps)
    );
    private readonly MiniBatch _batch = new();
    private readonly Loss _loss = LossRegistry.Of(plan.Loss);
    private float[] _outputs = [];

    /// <summary>The metric of labels in units of their own, each divided by the deviation of its series.</summary>
    public const string StandardisedError = "Standardised RMSE";

    /// <summary>Its unit.</summary>
    public const string StandardisedUnit = "in standard deviations of each series";

    /// <summary>As <see cref="Run"/>, with the moving average of the weights where there is one.</summary>
    public (double Loss, double Metric) RunOnAverage(int outputs)
    {
        if (engine.GetAverage() is not NetworkWeights average)
            return Run(outputs);
        NetworkWeights trained = engine.GetWeights();
        engine.SetWeights(average);
        try
        {
            return Run(outputs);
        }
        finally
        {
            engine.SetWeights(trained);
        }
    }

    /// <summary>Scores all rows: the mean loss, and the accuracy or the root mean squared error, in the label's unit or in the rows' own
    /// units.</summary>
    /// <param name="outputs">Outputs of a row, or of a step.</param>
    /// <param name="each">Receives each row's index, 0, and its raw outputs, in any order; for labels per step the row's index, the step,
    /// and its outputs. May be null.</param>
    public (double Loss, double Metric) Run(int outputs, Action<int, int, ReadOnlySpan<float>>? each = null)
    {
        double loss = 0,
            metric = 0,
            weights = 0,
            metricWeights = 0;
        ChainEvaluation? chain = plan.IsChained ? new ChainEvaluation(engine.GetWeights(), outputs) : null;
        foreach (int[] rows in _batches)
        {
            checkAlive();
            _fill(_batch, rows);
            int items = _batch.Items;
            if ((long)items * outputs > Array.MaxLength)
                throw Contracts.Except(
                    $"A batch of {rows.Length} rows of up to {_batch.MaxLength} steps with {outputs} outputs each is too large for memory: "
                        + "set a smaller BatchSize, or cut the rows."
                );
            if (_outputs.Length < items * outputs)
                _outputs = new float[items * outputs];
            engine.Score(_batch, _outputs.AsSpan(0, items * outputs));
            chain?.Add(_batch, _outputs);
            for (int i = 0; i < items; i++)
            {
                double weight = _batch.Weights[i];
                int one = i % rows.Length,
                    step = i / rows.Length;
                // Outputs at padding are undefined.
                if (_batch.HasLabelsPerStep && step >= _batch.Lengths[one])
                    continue;
                ReadOnlySpan<float> row = _outputs.AsSpan(i * outputs, outputs);
                each?.Invoke(rows[one], step, row);
                // Steps without a label count nowhere, and those of a chain are counted by row.
                if (chain is not null || (_batch.HasLabelsPerStep && weight == 0))
                    continue;
                ReadOnlySpan<float> label = _batch.Labels.AsSpan(i * _batch.LabelWidth, _batch.LabelWidth);
                loss += weight * _loss.Of(row, label, quantiles: plan.Quantiles);
                weights += weight;
                // Rows of units of their own are weighted so that the loss is in common ones; the metric is converted to those itself.
                bool hasUnit = _batch.LabelUnits.Length > 0;
                double metricWeight = hasUnit ? 1 : weight,
                    unit = hasUnit ? _batch.LabelUnits[i] : 1;
                metric += metricWeight * unit * unit * RowMetric(row, label);
                metricWeights += metricWeight;
            }
        }
        if (chain is not null)
            return chain.Result;
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
        // The middle one of several quantiles is the prediction.
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
