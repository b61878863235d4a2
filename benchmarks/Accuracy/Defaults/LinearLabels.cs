using System.Diagnostics;
using Accuracy.Sets;
using Microsoft.ML;
using Microsoft.ML.Data;
using RnnMlNet;

namespace Accuracy.Defaults;

/// <summary>
/// A linear model of words and letters for each label: FeaturizeText once, then SdcaLogisticRegression label by label, whose threshold is
/// the one of the highest F1 on the validation rows.
/// </summary>
internal static class LinearLabels
{
    public static (MultiLabelMetrics Metrics, double Seconds) Measure(TextOfLabels[] train, TextOfLabels[] dev, TextOfLabels[] test)
    {
        var ml = new MLContext(seed: 1);
        var clock = Stopwatch.StartNew();
        string[] names = [.. train.SelectMany(text => text.Labels).Distinct().Order(StringComparer.Ordinal)];
        ITransformer features = ml.Transforms.Text.FeaturizeText("Features", nameof(TextOfLabels.Text)).Fit(Load(ml, train));
        IDataView[] parts =
        [
            .. new[] { train, dev, test }.Select(rows => ml.Data.Cache(features.Transform(Load(ml, rows)), "Features", "Labels")),
        ];
        var rows = test.Select(text => new Row
            {
                Label = [.. names.Select(text.Labels.Contains)],
                PredictedLabel = new bool[names.Length],
                Probability = new float[names.Length],
            })
            .ToArray();
        for (int label = 0; label < names.Length; label++)
        {
            string name = names[label];
            IDataView[] labelled =
            [
                .. parts.Select(part =>
                    ml.Transforms.CustomMapping<TextOfLabels, Flag>((text, flag) => flag.Label = text.Labels.Contains(name), null)
                        .Fit(part)
                        .Transform(part)
                ),
            ];
            ITransformer model = ml.BinaryClassification.Trainers.SdcaLogisticRegression().Fit(labelled[0]);
            float threshold = Best(Probabilities(ml, model, labelled[1]), [.. dev.Select(text => text.Labels.Contains(name))]);
            float[] probabilities = Probabilities(ml, model, labelled[2]);
            for (int row = 0; row < rows.Length; row++)
                (rows[row].Probability[label], rows[row].PredictedLabel[label]) = (probabilities[row], probabilities[row] > threshold);
        }
        IDataView scored = ml.Data.LoadFromEnumerable(rows, Row.Schema(names.Length));
        return (ml.MulticlassClassification.EvaluateMultiLabel(scored), clock.Elapsed.TotalSeconds);
    }

    private static IDataView Load(MLContext ml, TextOfLabels[] rows) => ml.Data.LoadFromEnumerable(rows);

    private static float[] Probabilities(MLContext ml, ITransformer model, IDataView rows) =>
        [.. model.Transform(rows).GetColumn<float>("Probability")];

    private static float Best(float[] probabilities, bool[] labels)
    {
        var (best, threshold, right, set) = (0.0, 0.5f, 0, labels.Count(isSet => isSet));
        int[] order = [.. Enumerable.Range(0, labels.Length).OrderByDescending(row => probabilities[row])];
        for (int i = 0; i < order.Length; i++)
        {
            right += labels[order[i]] ? 1 : 0;
            double f1 = 2.0 * right / (i + 1 + set);
            float next = i + 1 < order.Length ? probabilities[order[i + 1]] : 0;
            if (f1 > best && next < probabilities[order[i]])
                (best, threshold) = (f1, (probabilities[order[i]] + next) / 2);
        }
        return threshold;
    }

    private sealed class Flag
    {
        public bool Label { get; set; }
    }

    private sealed class Row
    {
        public bool[] Label { get; set; } = [];

        public bool[] PredictedLabel { get; set; } = [];

        public float[] Probability { get; set; } = [];

        public static SchemaDefinition Schema(int labels)
        {
            SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
            foreach (SchemaDefinition.Column column in schema)
                column.ColumnType = new VectorDataViewType(
                    column.ColumnName == nameof(Probability) ? NumberDataViewType.Single : BooleanDataViewType.Instance,
                    labels
                );
            return schema;
        }
    }
}
