using System.Globalization;
using Microsoft.ML.Runtime;
using RnnMlNet.Data;
using RnnMlNet.Models;

namespace RnnMlNet.Estimators;

/// <summary>Warns of a network that is no better than one that ignores its input.</summary>
internal static class ChanceCheck
{
    // On fewer held-out rows, the metric is mostly chance.
    private const int FewestRows = 50;
    private const string Held = "on rows that were held out",
        Trained = "on the training rows";
    private const string Advice =
        "Check the features, the label and their order, or give more rows; options that were set by hand may end training too "
        + "early (MaxEpochs, EarlyStoppingPatience, LearningRate).";

    /// <param name="log">Receives the warning.</param>
    /// <param name="task">The task.</param>
    /// <param name="splits">Training and validation rows of each network.</param>
    /// <param name="networks">The trained networks.</param>
    public static void Check(IChannel log, TaskSpec task, IReadOnlyList<TrainingSplit> splits, IReadOnlyList<TrainedNetwork> networks)
    {
        if (task.IsMultiLabel)
        {
            CheckLabelSets(log, task, splits, networks);
            return;
        }
        bool isValidated =
            networks.All(network => Last(network).ValidationMetric is not null)
            && splits.Distinct().Sum(split => split.Validation!.Rows.Length) >= FewestRows;
        double metric = networks.Average(network => isValidated ? Last(network).ValidationMetric!.Value : Last(network).TrainingLoss);
        string where = isValidated ? Held : Trained;
        if (task.IsClassification)
        {
            var (majority, entropy) = Classes(splits[0].Scaling);
            if (isValidated ? metric <= majority : metric >= entropy)
                log.Warning(
                    string.Create(CultureInfo.InvariantCulture, $"The network is no better than chance {where}: ")
                        + (
                            isValidated
                                ? string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"its accuracy is {metric:0.000}, and {majority:0.000} of the rows are of the most frequent class. "
                                )
                                : string.Create(
                                    CultureInfo.InvariantCulture,
                                    $"its loss is {metric:0.000}, and that of always predicting the classes' shares {entropy:0.000}. "
                                )
                        )
                        + Advice
                );
        }
        else if (isValidated && metric >= Deviation(splits[0].Scaling))
            log.Warning(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The network is no better than chance {where}: its RMSE is {metric:0.####}, and that of always predicting the label's "
                        + $"mean {Deviation(splits[0].Scaling):0.####}. "
                ) + Advice
            );
    }

    // By the loss: where labels are rare, a useful network may have the right set of labels hardly more often than chance.
    private static void CheckLabelSets(
        IChannel log,
        TaskSpec task,
        IReadOnlyList<TrainingSplit> splits,
        IReadOnlyList<TrainedNetwork> networks
    )
    {
        bool isValidated =
            networks.All(network => Last(network).ValidationLoss is not null)
            && splits.Distinct().Sum(split => split.Validation!.Rows.Length) >= FewestRows;
        // A weighted training loss has no such reference.
        if (!isValidated && task.ClassWeighting != ClassWeighting.Equal)
            return;
        double loss = networks.Average(network => isValidated ? Last(network).ValidationLoss!.Value : Last(network).TrainingLoss),
            entropy = LabelEntropy(splits[0].Scaling);
        if (loss >= entropy)
            log.Warning(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The network is no better than chance {(isValidated ? Held : Trained)}: its loss is {loss:0.0000}, and that of always "
                        + $"predicting the labels' shares {entropy:0.0000}. "
                ) + Advice
            );
    }

    // The mean over the labels of the entropy of having it or not.
    private static double LabelEntropy(SequenceSet set)
    {
        long[] counts = ClassCounts.Of(set, set.Store.LabelWidth);
        double rows = ClassCounts.Labelled(set);
        return counts.Average(count => Entropy(count / rows) + Entropy(1 - count / rows));
    }

    private static double Entropy(double share) => share > 0 ? -share * Math.Log(share) : 0;

    private static EpochReport Last(TrainedNetwork network) => network.History.Epochs[Math.Max(0, network.History.BestEpoch - 1)];

    // The most frequent class's share of the labels, and their entropy.
    private static (double Majority, double Entropy) Classes(SequenceSet set)
    {
        var counts = new Dictionary<int, long>();
        foreach (int row in set.Rows)
        foreach (int label in set.Store.Classes(row))
            counts[label] = counts.GetValueOrDefault(label) + 1;
        double total = counts.Values.Sum();
        return (counts.Values.Max() / total, counts.Values.Sum(count => -count / total * Math.Log(count / total)));
    }

    // Over all targets together, as the RMSE of validation.
    private static double Deviation(SequenceSet set)
    {
        int width = set.Store.LabelWidth;
        double sum = 0;
        for (int target = 0; target < width; target++)
        {
            double mean = set.Rows.Average(row => (double)set.Store.Label(row)[target]);
            sum += set.Rows.Average(row => Math.Pow(set.Store.Label(row)[target] - mean, 2));
        }
        return Math.Sqrt(sum / width);
    }
}
