using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// Temperature scaling of a classifier's logits: they are divided by the T, one for all labels where a row has several, that minimises the
/// log-loss on rows that were not trained on. Guo et al., "On Calibration of Modern Neural Networks", 2017. The division is applied once,
/// to the weights of the output layer, so scoring and exports have calibrated logits. The order of the classes does not change.
/// </summary>
internal sealed class TemperatureScaling
{
    // More decisions of several labels fit a temperature no better, and take long.
    private const int MostDecisions = 2_000_000;

    private readonly LossKind _loss;
    private readonly List<float[]> _logits = [];
    private readonly List<(int Label, float Weight)> _labels = [];
    private long _weighed;

    private TemperatureScaling(LossKind loss) => _loss = loss;

    /// <summary>
    /// The networks with the temperature in their output layers, and the temperature; the networks unchanged, and null, where too few rows
    /// are held out.
    /// </summary>
    /// <param name="networks">The members of an ensemble.</param>
    /// <param name="splits">Training and validation rows of each member.</param>
    /// <param name="isCrossValidated">Whether each member was validated on other rows; else all on the same, and their mean is
    /// calibrated.</param>
    /// <param name="loss">Cross-entropy or logistic, of one label or of several.</param>
    /// <param name="threads">Threads to score with.</param>
    public static (IReadOnlyList<TrainedNetwork> Networks, double? Temperature) Calibrate(
        IReadOnlyList<TrainedNetwork> networks,
        IReadOnlyList<TrainingSplit> splits,
        bool isCrossValidated,
        LossKind loss,
        int threads
    )
    {
        return Of(loss, HeldOutRow.Score(networks, splits, isCrossValidated, threads)) is double temperature
            ? ([.. networks.Select(network => Divided(network, (float)temperature))], temperature)
            : (networks, null);
    }

    /// <summary>The temperature of given logits; null where they are too few.</summary>
    /// <param name="loss">Cross-entropy or logistic, of one label or of several.</param>
    /// <param name="heldOut">Rows that were not trained on.</param>
    public static double? Of(LossKind loss, IEnumerable<HeldOutRow> heldOut)
    {
        HeldOutRow[] rows = [.. heldOut];
        if (rows is [{ Chain: not null }, ..])
            return ChainTemperature.Of(rows);
        var scaling = new TemperatureScaling(loss);
        long decisions = loss == LossKind.MultiLabel ? rows.Sum(row => (long)row.Labels.Length) : 0;
        foreach (HeldOutRow row in HeldOutRow.Thinned(rows, (double)MostDecisions / decisions))
            scaling.AddRow(row);
        return TemperatureSearch.Find(scaling._weighed, scaling.LossAt);
    }

    /// <summary>The network with a temperature in its output layer, and in the weights of pairs of tags where it has some.</summary>
    public static TrainedNetwork Divided(TrainedNetwork network, float temperature)
    {
        int last = network.Shape.HeadHiddenSizes.Count;
        string[] divided = [$"head.{last}.weight", $"head.{last}.bias", ChainedStates.Pairs, ChainedStates.First, ChainedStates.Last];
        return network with
        {
            Weights = new NetworkWeights(
                network.Weights.Tensors.Select(tensor =>
                    divided.Contains(tensor.Name)
                        ? tensor with
                        {
                            Values = [.. tensor.Values.Select(value => value / temperature)],
                        }
                        : tensor
                )
            ),
        };
    }

    // Of several labels each is an item of one logit; together they count as one label, so that the prior weighs as much.
    private void AddRow(HeldOutRow row)
    {
        bool isOne = _loss == LossKind.MultiLabel;
        float share = isOne ? 1f / row.Labels.Length : 1;
        int items = 0,
            width = row.Labels.Length == 0 ? 0 : row.Logits.Length / row.Labels.Length;
        for (int item = 0; item < row.Labels.Length; item++)
            if (row.Labels[item] != StepClassesReader.Missing)
            {
                _logits.Add(row.Logits[(item * width)..((item + 1) * width)]);
                _labels.Add(((int)row.Labels[item], row.Weight * share));
                items++;
            }
        if (row.Weight > 0)
            _weighed += isOne ? 1 : items;
    }

    private double LossAt(double inverse)
    {
        double sum = 0;
        for (int i = 0; i < _logits.Count; i++)
            sum +=
                _labels[i].Weight
                * (
                    _loss == LossKind.CrossEntropy
                        ? CrossEntropy(_logits[i], _labels[i].Label, inverse)
                        : Logistic(_logits[i][0] * inverse, _labels[i].Label)
                );
        return sum;
    }

    private static double Logistic(double logit, int label) => OutputUnits.Softplus(label > 0 ? -logit : logit);

    private static double CrossEntropy(float[] logits, int label, double inverse)
    {
        double highest = logits.Max() * inverse,
            sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit * inverse - highest);
        return highest + Math.Log(sum) - logits[label] * inverse;
    }
}
