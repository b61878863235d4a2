using RnnMlNet.Data;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;
using RnnMlNet.Runtime.Scoring;
using RnnMlNet.Runtime.Sequences;
using RnnMlNet.Scoring;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// Temperature scaling of a classifier's logits: they are divided by the T that minimises the log-loss on rows that were not trained on.
/// Guo et al., "On Calibration of Modern Neural Networks", 2017. The division is applied once, to the weights of the output layer, so
/// scoring and exports have calibrated logits. The order of the classes does not change.
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

    private readonly LossKind _loss;
    private readonly List<float[]> _logits = [];
    private readonly List<(int Label, float Weight)> _labels = [];

    private TemperatureScaling(LossKind loss) => _loss = loss;

    /// <summary>
    /// The networks with the temperature in their output layers, and the temperature; the networks unchanged, and null, where too few rows
    /// are held out.
    /// </summary>
    /// <param name="networks">The members of an ensemble.</param>
    /// <param name="splits">Training and validation rows of each member.</param>
    /// <param name="isCrossValidated">Whether each member was validated on other rows; else all on the same, and their mean is
    /// calibrated.</param>
    /// <param name="loss">Cross-entropy or logistic.</param>
    /// <param name="threads">Threads to score with.</param>
    public static (IReadOnlyList<TrainedNetwork> Networks, double? Temperature) Calibrate(
        IReadOnlyList<TrainedNetwork> networks,
        IReadOnlyList<TrainingSplit> splits,
        bool isCrossValidated,
        LossKind loss,
        int threads
    )
    {
        var scaling = new TemperatureScaling(loss);
        if (isCrossValidated)
            for (int member = 0; member < networks.Count; member++)
                scaling.Add([networks[member]], splits[member].Validation!, threads);
        else if (splits[0].Validation is SequenceSet held)
            scaling.Add(networks, held, threads);
        return scaling.Temperature() is double temperature
            ? ([.. networks.Select(network => Divided(network, (float)temperature))], temperature)
            : (networks, null);
    }

    /// <summary>The temperature of given logits; null where they are too few.</summary>
    /// <param name="loss">Cross-entropy or logistic.</param>
    /// <param name="heldOut">Rows that were not trained on: logits, class and weight.</param>
    public static double? Of(LossKind loss, IEnumerable<(float[] Logits, int Label, float Weight)> heldOut)
    {
        var scaling = new TemperatureScaling(loss);
        foreach (var (logits, label, weight) in heldOut)
        {
            scaling._logits.Add(logits);
            scaling._labels.Add((label, weight));
        }
        return scaling.Temperature();
    }

    private double? Temperature() => _labels.Count(label => label.Weight > 0) < FewestLabels ? null : Math.Exp(LowestLoss());

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

    // Each row by itself, so that the sums do not depend on the number of threads.
    private void Add(IReadOnlyList<TrainedNetwork> networks, SequenceSet held, int threads)
    {
        using ISequenceScorer scorer = ScorerFactory.Create(TrainedNetwork.AverageOf(networks));
        OutputLayout layout = networks[0].Shape.OutputLayout;
        var outputs = new float[held.Rows.Length][];
        Parallel.For(
            0,
            held.Rows.Length,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            scorer.NewSession,
            (i, _, session) =>
            {
                SequenceView row = held.Store.View(held.Rows[i]);
                outputs[i] = new float[layout.Of(row.Length)];
                session.Score(row, outputs[i]);
                return session;
            },
            session => session.Dispose()
        );
        for (int i = 0; i < outputs.Length; i++)
            AddRow(outputs[i], layout.Width, held.Store.Label(held.Rows[i]), held.Weight(held.Rows[i]));
    }

    private void AddRow(float[] outputs, int width, ReadOnlySpan<float> labels, float weight)
    {
        for (int item = 0; item < labels.Length; item++)
            if (labels[item] != StepClassesReader.Missing)
            {
                _logits.Add(outputs[(item * width)..((item + 1) * width)]);
                _labels.Add(((int)labels[item], weight));
            }
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
                    _loss == LossKind.Logistic
                        ? Logistic(_logits[i][0] * inverse, _labels[i].Label)
                        : CrossEntropy(_logits[i], _labels[i].Label, inverse)
                );
        return sum;
    }

    private static double Logistic(double logit, int label)
    {
        double against = label > 0 ? -logit : logit;
        return Math.Max(against, 0) + Math.Log(1 + Math.Exp(-Math.Abs(against)));
    }

    private static double CrossEntropy(float[] logits, int label, double inverse)
    {
        double highest = logits.Max() * inverse,
            sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit * inverse - highest);
        return highest + Math.Log(sum) - logits[label] * inverse;
    }
}
