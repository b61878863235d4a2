using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace RnnMlNet.Estimators;

/// <summary>Evaluates a prediction per step, which ML.NET's own evaluators do not support.</summary>
internal sealed class SequenceTaggingEvaluator
{
    private readonly IHost _host;
    private readonly StepTags _labels,
        _predictions;
    private readonly StepProbabilities? _probabilities;
    private readonly SequenceTaggingCounts _counts;
    private readonly LeftOutRows _left = new();

    private SequenceTaggingEvaluator(IHost host, StepTags labels, StepTags predictions, StepProbabilities? probabilities)
    {
        _host = host;
        _labels = labels;
        _predictions = predictions;
        _probabilities = probabilities;
        _counts = new SequenceTaggingCounts(Chunks.AreTags(labels.Names) && Chunks.AreTags(predictions.Names));
    }

    public static SequenceTaggingMetrics Evaluate(
        IHostEnvironment env,
        IDataView data,
        string labelColumn,
        string predictedLabelColumn,
        string? scoreColumn
    )
    {
        IHost host = env.Register(nameof(SequenceTaggingEvaluator));
        host.CheckValue(data, nameof(data));
        DataViewSchema.Column label = StepTags.Find(host, data.Schema, "label", labelColumn);
        DataViewSchema.Column predicted = StepTags.Find(host, data.Schema, "predicted label", predictedLabelColumn);
        DataViewSchema.Column? score = StepProbabilities.Find(host, data.Schema, scoreColumn);
        using DataViewRowCursor cursor = data.GetRowCursor(score is { } scores ? [label, predicted, scores] : [label, predicted]);
        var predictions = new StepTags(cursor, predicted);
        StepProbabilities? probabilities = score is { } column ? StepProbabilities.Open(cursor, column, predictions) : null;
        return new SequenceTaggingEvaluator(host, new StepTags(cursor, label), predictions, probabilities).Run(cursor);
    }

    private SequenceTaggingMetrics Run(DataViewRowCursor cursor)
    {
        while (cursor.MoveNext())
        {
            _labels.Read();
            _predictions.Read();
            if (_labels.Tags.Count != _predictions.Tags.Count)
                throw _host.Except(
                    $"Row {cursor.Position} has {_labels.Tags.Count} labels in column '{_labels.Name}', but {_predictions.Tags.Count} "
                        + $"predictions in '{_predictions.Name}'."
                );
            _probabilities?.Read();
            if (_probabilities is not null && _probabilities.Steps != _labels.Tags.Count)
                throw _host.Except(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Row {cursor.Position} has {_labels.Tags.Count} labels in column '{_labels.Name}', but probabilities of "
                            + $"{_probabilities.Steps:0.##} steps of {_probabilities.Classes} classes in '{_probabilities.Name}'."
                    )
                );
            AddRow();
        }
        _left.Warn(_host, "steps", unlabelledToo: false);
        if (_counts.Steps == 0 && _left.Unscored > 0)
            throw _host.Except(
                $"None of the {_left.Unscored} steps with a label in column '{_labels.Name}' has a prediction in column "
                    + $"'{_predictions.Name}' to evaluate."
            );
        if (_counts.Steps == 0)
            throw _host.Except($"There is no step with a label in column '{_labels.Name}' to evaluate.");
        return _counts.Metrics(_left.Unlabelled, _left.Unscored, hasProbabilities: _probabilities is not null);
    }

    private void AddRow()
    {
        // Steps without a label, or without a prediction, are removed.
        int[] steps =
        [
            .. Enumerable
                .Range(0, _labels.Tags.Count)
                .Where(step => _left.Keeps(_labels.Tags[step] is not null, _predictions.Tags[step] is not null)),
        ];
        string[] labels = [.. steps.Select(step => _labels.Tags[step]!)];
        _counts.Add(
            labels,
            [.. steps.Select(step => _predictions.Tags[step]!)],
            _probabilities is null ? 0 : steps.Zip(labels).Sum(step => _probabilities.LogLoss(step.First, step.Second))
        );
    }
}
