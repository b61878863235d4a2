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
    /// <summary>Least number of labels for a temperature; with fewer, it would be mostly chance.</summary>
    public const int FewestLabels = 20;

    // A Gaussian prior on log T, worth a few labels, keeps T near 1 with few held-out rows; T stays in a range that real networks need.
    private const double PriorDeviation = 0.7,
        LowestLog = -0.7,
        HighestLog = 2.3;
    private const int Sections = 60;

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
        var scaling = new TemperatureScaling(loss);
        HeldOutRow[] rows = [.. heldOut];
        long decisions = loss == LossKind.MultiLabel ? rows.Sum(row => (long)row.Labels.Length) : 0;
        foreach (HeldOutRow row in HeldOutRow.Thinned(rows, (double)MostDecisions / decisions))
            scaling.AddRow(row);
        return scaling.Temperature();
    }

    private double? Temperature() => _weighed < FewestLabels ? null : Math.Exp(LowestLoss());

    /// <summary>The network with a temperature in its output layer.</summary>
    public static TrainedNetwork Divided(TrainedNetwork network, float temperature)
    {
        int last = network.Shape.HeadHiddenSizes.Count;
        string weight = $"head.{last}.weight",
            bias = $"head.{last}.bias";
        return network with
        {
            Weights = new NetworkWeights(
                network.Weights.Tensors.Select(tensor =>
                    tensor.Name == weight || tensor.Name == bias
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

    // Golden-section search of log T: the log-loss is convex in 1 / T.
    private double LowestLoss()
    {
        double shrink = (Math.Sqrt(5) - 1) / 2,
            low = LowestLog,
            high = HighestLog;
        double left = high - shrink * (high - low),
            right = low + shrink * (high - low);
        double leftLoss = LossAt(left),
            rightLoss = LossAt(right);
        for (int section = 0; section < Sections && high - low > 1e-4; section++)
            if (leftLoss < rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - shrink * (high - low);
                leftLoss = LossAt(left);
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + shrink * (high - low);
                rightLoss = LossAt(right);
            }
        return (low + high) / 2;
    }

    private double LossAt(double logTemperature)
    {
        double inverse = Math.Exp(-logTemperature),
            sum = logTemperature * logTemperature / (2 * PriorDeviation * PriorDeviation);
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
