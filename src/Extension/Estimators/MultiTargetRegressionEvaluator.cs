using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;

namespace RnnMlNet.Estimators;

/// <summary>Evaluates a regression whose label and score are vectors, which ML.NET's own evaluator does not support.</summary>
internal static class MultiTargetRegressionEvaluator
{
    public static MultiTargetRegressionMetrics Evaluate(IHostEnvironment env, IDataView data, string labelColumn, string scoreColumn)
    {
        IHost host = env.Register(nameof(MultiTargetRegressionEvaluator));
        host.CheckValue(data, nameof(data));
        DataViewSchema.Column label = Column(host, data.Schema, "label", labelColumn);
        DataViewSchema.Column score = Column(host, data.Schema, "score", scoreColumn);
        int targets = label.Type.GetVectorSize();
        if (score.Type.GetVectorSize() != targets)
            throw host.ExceptSchemaMismatch(nameof(data), "score", scoreColumn, label.Type.ToString(), score.Type.ToString());

        var sums = new TargetSums[targets];
        long rows = 0;
        var left = new LeftOutRows();
        using DataViewRowCursor cursor = data.GetRowCursor([label, score]);
        var labelGetter = cursor.GetGetter<VBuffer<float>>(label);
        var scoreGetter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> labels = default,
            scores = default;
        while (cursor.MoveNext())
        {
            labelGetter(ref labels);
            scoreGetter(ref scores);
            FixedLength.Check(host, cursor, label, labels.Length);
            FixedLength.Check(host, cursor, score, scores.Length);
            if (left.Keeps(labels, scores))
            {
                Add(sums, labels.DenseValues(), scores.DenseValues());
                rows++;
            }
        }
        left.Warn(host);
        if (rows == 0)
            throw host.Except($"There is no row with a finite '{labelColumn}' and '{scoreColumn}' to evaluate.");
        return new MultiTargetRegressionMetrics([.. sums.Select(sum => sum.Metrics(rows))], rows);
    }

    private static void Add(TargetSums[] sums, IEnumerable<float> labels, IEnumerable<float> scores)
    {
        foreach (var (target, (label, score)) in labels.Zip(scores).Index())
            sums[target].Add(label, score);
    }

    private static DataViewSchema.Column Column(IHost host, DataViewSchema schema, string role, string name)
    {
        host.CheckNonEmpty(name, role);
        if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            throw host.ExceptSchemaMismatch(nameof(schema), role, name);
        if (column.Type is not VectorDataViewType { IsKnownSize: true } type || type.ItemType != NumberDataViewType.Single)
            throw host.ExceptSchemaMismatch(nameof(schema), role, name, "known-size vector of Single", column.Type.ToString());
        return column;
    }

    /// <summary>Running sums of one target; the label's spread by Welford's method.</summary>
    private struct TargetSums
    {
        private long _count;
        private double _absolute,
            _squared,
            _mean,
            _spread;

        public void Add(float label, float score)
        {
            double error = (double)score - label;
            _absolute += Math.Abs(error);
            _squared += error * error;
            _count++;
            double delta = label - _mean;
            _mean += delta / _count;
            _spread += delta * (label - _mean);
        }

        public readonly RegressionTargetMetrics Metrics(long rows) =>
            new(_absolute / rows, Math.Sqrt(_squared / rows), _spread > 0 ? 1 - _squared / _spread : double.NaN);
    }
}
