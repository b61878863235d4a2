using RnnMlNet.Data;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators;

/// <summary>
/// The temperature of a conditional random field: the network's outputs and the weights of the pairs of tags are divided by the T that
/// minimises the log-loss of the tags' probabilities at each labelled step. The order of whole sequences of tags does not change.
/// </summary>
internal sealed class ChainTemperature
{
    // Products of pairs of tags in a pass over all rows: more fit a temperature no better, and take long.
    private const double MostProducts = 2e7;

    // However many tags there are.
    private const int FewestLabels = 1000;

    private readonly HeldOutRow[] _rows;
    private readonly LinearChain _chain;
    private readonly int _tags;
    private readonly float[] _outputs;

    private ChainTemperature(HeldOutRow[] rows)
    {
        _rows = rows;
        _tags = rows[0].Chain!.First.Length;
        _chain = new LinearChain(_tags);
        _outputs = new float[rows.Max(row => row.Logits.Length)];
    }

    /// <summary>The temperature; null where too few steps have a label.</summary>
    /// <param name="rows">Rows that were not trained on, at least one.</param>
    public static double? Of(HeldOutRow[] rows)
    {
        double products = rows.Sum(row => (double)row.Logits.Length * row.Chain!.First.Length);
        double share = Math.Max(MostProducts / products, (double)FewestLabels / Math.Max(1, Labels(rows)));
        HeldOutRow[] some = [.. HeldOutRow.Thinned(rows, share)];
        return TemperatureSearch.Find(Labels(some), new ChainTemperature(some).LossAt);
    }

    private static long Labels(HeldOutRow[] rows) =>
        rows.Sum(row => row.Weight > 0 ? row.Labels.Count(label => label != StepClassesReader.Missing) : 0L);

    private double LossAt(double inverse)
    {
        double sum = 0;
        ChainWeights? loaded = null;
        foreach (HeldOutRow row in _rows)
        {
            // The rows of a member of an ensemble share its weights.
            if (!ReferenceEquals(loaded, row.Chain))
                _chain.Load(loaded = row.Chain!, (float)inverse);
            sum += row.Weight * Loss(row, (float)inverse);
        }
        return sum;
    }

    private double Loss(HeldOutRow row, float inverse)
    {
        Span<float> outputs = _outputs.AsSpan(0, row.Logits.Length);
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = inverse * row.Logits[i];
        _chain.Marginals(outputs, outputs);
        double sum = 0;
        for (int step = 0; step < row.Labels.Length; step++)
            if (row.Labels[step] != StepClassesReader.Missing)
                sum -= Math.Log(Math.Max(outputs[step * _tags + (int)row.Labels[step]], float.Epsilon));
        return sum;
    }
}
