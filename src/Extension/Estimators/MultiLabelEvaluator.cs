using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>Evaluates a prediction of several labels, which ML.NET's own evaluators do not support.</summary>
internal static class MultiLabelEvaluator
{
    /// <param name="env">The environment.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumn">A set of labels, as the trainer takes it.</param>
    /// <param name="predictedLabelColumn">A Boolean for each label.</param>
    /// <param name="scoreColumn">A number for each label, which is not finite in a row that could not be scored; null for <c>Score</c>, if
    /// the data has it.</param>
    /// <param name="probabilityColumn">A probability for each label; null for <c>Probability</c>, if the data has it.</param>
    public static MultiLabelMetrics Evaluate(
        IHostEnvironment env,
        IDataView data,
        string labelColumn,
        string predictedLabelColumn,
        string? scoreColumn,
        string? probabilityColumn
    )
    {
        IHost host = env.Register(nameof(MultiLabelEvaluator));
        host.CheckValue(data, nameof(data));
        host.CheckNonEmpty(labelColumn, nameof(labelColumn));
        host.CheckNonEmpty(predictedLabelColumn, nameof(predictedLabelColumn));
        LabelBinding label = LabelBinding.Bind(host, data.Schema, labelColumn, LabelKind.LabelSet);
        DataViewSchema.Column predicted = Find(
            host,
            data.Schema,
            "predicted label",
            predictedLabelColumn,
            label.Classes,
            BooleanDataViewType.Instance
        );
        DataViewSchema.Column? score = Numbers("score", scoreColumn, DefaultColumnNames.Score),
            probability = Numbers("probability", probabilityColumn, DefaultColumnNames.Probability);
        var (names, placeOf) = Names(host, label, predicted);

        using DataViewRowCursor cursor = data.GetRowCursor([
            label.Column,
            predicted,
            .. new[] { score, probability }.OfType<DataViewSchema.Column>(),
        ]);
        LabelReader labels = label.Open(cursor);
        var predictions = new FlagsReader(host, cursor, predicted);
        ValueGetter<VBuffer<float>>? scores = Getter(score),
            probabilities = Getter(probability);
        var counts = new MultiLabelCounts(names);
        var left = new LeftOutRows();
        var values = new float[label.Classes];
        bool[] has = new bool[label.Classes],
            isPredicted = new bool[label.Classes];
        VBuffer<float> rowScores = default,
            rowProbabilities = default;
        while (cursor.MoveNext())
        {
            labels.TryRead(values);
            for (int i = 0; i < values.Length; i++)
                has[placeOf[i]] = values[i] > 0;
            predictions.TryRead(values);
            for (int i = 0; i < values.Length; i++)
                isPredicted[i] = values[i] > 0;
            scores?.Invoke(ref rowScores);
            probabilities?.Invoke(ref rowProbabilities);
            bool isScored =
                Runtime.Sequences.Finite.All(rowScores.GetValues()) && Runtime.Sequences.Finite.All(rowProbabilities.GetValues());
            if (left.Keeps(hasLabel: true, isScored))
                counts.Add(has, isPredicted, [.. rowProbabilities.DenseValues()]);
        }
        left.Warn(host);
        if (counts.Rows == 0)
            throw host.Except(
                left.Unscored > 0
                    ? $"None of the {left.Unscored} rows has a finite score to evaluate."
                    : $"There is no row to evaluate '{labelColumn}' and '{predictedLabelColumn}' on."
            );
        return counts.Metrics(left.Unscored, hasProbabilities: probability is not null);

        DataViewSchema.Column? Numbers(string role, string? name, string usual) =>
            name is null && data.Schema.GetColumnOrNull(usual) is null
                ? null
                : Find(host, data.Schema, role, name ?? usual, label.Classes, NumberDataViewType.Single);
        ValueGetter<VBuffer<float>>? Getter(DataViewSchema.Column? column) =>
            column is { } one ? cursor.GetGetter<VBuffer<float>>(one) : null;
    }

    private static DataViewSchema.Column Find(
        IHost host,
        DataViewSchema schema,
        string role,
        string name,
        int labels,
        PrimitiveDataViewType item
    )
    {
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw host.ExceptSchemaMismatch(nameof(schema), role, name);
        if (column.Type is not VectorDataViewType type || type.Size != labels || !type.ItemType.Equals(item))
            throw host.ExceptSchemaMismatch(
                nameof(schema),
                role,
                name,
                $"a vector of {item} of size {labels}, the number of labels",
                column.Type.ToString()
            );
        return column;
    }

    // The names of the predicted labels, and each label's place among them. Where both columns have names, these decide.
    public static (string[] Names, int[] PlaceOf) Names(IHost host, LabelBinding label, DataViewSchema.Column predicted)
    {
        string[]? ofLabels = LabelKeyValues.Of(label)?.ToTexts().ToArray(),
            ofPredictions = LabelKeyValues.Of(predicted, LabelOutputs.NamesKind(label.IsPerStep))?.ToTexts().ToArray();
        int[] inOrder = [.. Enumerable.Range(0, label.Classes)];
        if (ofLabels is null || ofPredictions is null || ofLabels.SequenceEqual(ofPredictions))
            return (ofPredictions ?? ofLabels ?? ClassNames.Numbered(label.Classes), inOrder);
        int[] places = [.. ofLabels.Select(name => Array.IndexOf(ofPredictions, name))];
        if (!places.Order().SequenceEqual(inOrder))
            throw host.Except(
                $"The labels of column '{label.Column.Name}' are {ClassNames.Some(ofLabels)}, but those of '{predicted.Name}' are "
                    + $"{ClassNames.Some(ofPredictions)}: make the label column with the pipeline that was fitted for training."
            );
        return (ofPredictions, places);
    }
}
