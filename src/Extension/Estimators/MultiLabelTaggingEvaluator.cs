using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>Evaluates a prediction of several labels at every step, step by step as <see cref="MultiLabelEvaluator"/> does row by
/// row.</summary>
internal sealed class MultiLabelTaggingEvaluator
{
    private readonly IHost _host;
    private readonly DataViewSchema _schema;
    private readonly LabelBinding _label;
    private readonly DataViewSchema.Column _predicted;
    private readonly LeftOutRows _left = new();

    private MultiLabelTaggingEvaluator(IHost host, DataViewSchema schema, string label, string predictedLabel)
    {
        (_host, _schema) = (host, schema);
        _predicted = Find("predicted label", predictedLabel, BooleanDataViewType.Instance);
        if (schema.GetColumnOrNull(label) is not DataViewSchema.Column column)
            throw host.ExceptSchemaMismatch(nameof(schema), "label", label);
        int? predicted = StepLabels.CountOf(_predicted.Type),
            labels = StepLabels.CountOf(column.Type);
        if ((predicted ?? labels) is not int count || (labels ?? count) != count)
            throw host.ExceptSchemaMismatch(
                nameof(schema),
                "predicted label",
                predictedLabel,
                labels is null
                    ? "a vector of type [*, labels], which states the number of labels of a step"
                    : $"a vector of Boolean with {labels} values at each step, the number of labels",
                _predicted.Type.ToString()
            );
        _label = LabelBinding.Bind(host, schema, label, LabelKind.LabelSetPerStep, new StepLabels(count, null));
    }

    /// <param name="env">The environment.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumn">Labels of each step, as the trainer takes them.</param>
    /// <param name="predictedLabelColumn">A Boolean for each label of each step.</param>
    /// <param name="scoreColumn">A number for each of them, which is not finite at a step that could not be scored; null for <c>Score</c>,
    /// if the data has it.</param>
    /// <param name="probabilityColumn">A probability for each; null for <c>Probability</c>, if the data has it.</param>
    public static MultiLabelMetrics Evaluate(
        IHostEnvironment env,
        IDataView data,
        string labelColumn,
        string predictedLabelColumn,
        string? scoreColumn,
        string? probabilityColumn
    )
    {
        IHost host = env.Register(nameof(MultiLabelTaggingEvaluator));
        host.CheckValue(data, nameof(data));
        host.CheckNonEmpty(labelColumn, nameof(labelColumn));
        host.CheckNonEmpty(predictedLabelColumn, nameof(predictedLabelColumn));
        return new MultiLabelTaggingEvaluator(host, data.Schema, labelColumn, predictedLabelColumn).Run(
            data,
            scoreColumn,
            probabilityColumn
        );
    }

    private MultiLabelMetrics Run(IDataView data, string? scoreColumn, string? probabilityColumn)
    {
        DataViewSchema.Column? score = Numbers("score", scoreColumn, DefaultColumnNames.Score),
            probability = Numbers("probability", probabilityColumn, DefaultColumnNames.Probability);
        var (names, placeOf) = MultiLabelEvaluator.Names(_host, _label, _predicted);
        using DataViewRowCursor cursor = data.GetRowCursor([
            _label.Column,
            _predicted,
            .. new[] { score, probability }.OfType<DataViewSchema.Column>(),
        ]);
        int labels = _label.Classes;
        var right = new StepFlagsReader(_host, cursor, _label.Column, labels);
        var predicted = new StepFlagsReader(_host, cursor, _predicted, labels);
        Func<float[]> scores = Values(cursor, score),
            probabilities = Values(cursor, probability);
        var counts = new MultiLabelCounts(names);
        bool[] has = new bool[labels];
        while (cursor.MoveNext())
        {
            right.Read();
            predicted.Read();
            float[] rowScores = scores(),
                rowProbabilities = probabilities();
            CheckLength(cursor, right.Values.Length, _predicted, predicted.Values.Length);
            CheckLength(cursor, right.Values.Length, score, rowScores.Length);
            CheckLength(cursor, right.Values.Length, probability, rowProbabilities.Length);
            for (int at = 0; at < right.Values.Length; at += labels)
            {
                ReadOnlySpan<float> step = right.Values.Slice(at, labels),
                    stepProbabilities = OfStep(rowProbabilities, at);
                bool isScored = Finite.All(OfStep(rowScores, at)) && Finite.All(stepProbabilities);
                if (!_left.Keeps(step[0] != StepClassesReader.Missing, isScored))
                    continue;
                for (int label = 0; label < labels; label++)
                    has[placeOf[label]] = step[label] > 0;
                counts.Add(has, Flags(predicted.Values.Slice(at, labels)), stepProbabilities);
            }
        }
        _left.Warn(_host, "steps", unlabelledToo: false);
        if (counts.Rows == 0)
            throw _host.Except(
                _left.Unscored > 0
                    ? $"None of the {_left.Unscored} steps with labels in column '{_label.Column.Name}' has a finite score to evaluate."
                    : $"There is no step with labels in column '{_label.Column.Name}' to evaluate."
            );
        return counts.Metrics(_left.Unscored, hasProbabilities: probability is not null) with
        {
            IsOfSteps = true,
            SkippedSteps = _left.Unlabelled,
        };

        ReadOnlySpan<float> OfStep(float[] values, int at) => values.Length == 0 ? [] : values.AsSpan(at, labels);
    }

    private static bool[] Flags(ReadOnlySpan<float> step)
    {
        var flags = new bool[step.Length];
        for (int label = 0; label < flags.Length; label++)
            flags[label] = step[label] > 0;
        return flags;
    }

    private void CheckLength(DataViewRow row, int expected, DataViewSchema.Column? column, int found)
    {
        if (column is { } other && found != expected)
            throw _host.Except(
                $"Row {row.Position} has {expected} values in the label column '{_label.Column.Name}', but {found} in '{other.Name}': both "
                    + $"must have a value for each of {_label.Classes} labels of each step."
            );
    }

    private DataViewSchema.Column? Numbers(string role, string? name, string usual) =>
        name is null && _schema.GetColumnOrNull(usual) is null ? null : Find(role, name ?? usual, NumberDataViewType.Single);

    private DataViewSchema.Column Find(string role, string name, PrimitiveDataViewType item)
    {
        if (_schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw _host.ExceptSchemaMismatch("schema", role, name);
        if (column.Type is not VectorDataViewType type || !type.ItemType.Equals(item))
            throw _host.ExceptSchemaMismatch(
                "schema",
                role,
                name,
                $"a vector of {item}, with a value for each label of each step",
                column.Type.ToString()
            );
        return column;
    }

    private static Func<float[]> Values(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } found)
            return () => [];
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(found);
        VBuffer<float> value = default;
        return () =>
        {
            getter(ref value);
            return [.. value.DenseValues()];
        };
    }
}
