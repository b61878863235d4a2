using Microsoft.ML.Runtime;
using RnnMlNet.Models;
using RnnMlNet.Runtime.Networks;

namespace RnnMlNet.Estimators;

/// <summary>
/// Chooses for each of several labels the threshold of its logit that gives the highest F1 on rows that were not trained on.
/// </summary>
internal static class LabelThresholds
{
    // The F1 of fewer rows with the label is mostly chance: such labels share one threshold, the best one for all labels together.
    private const int FewestRows = 10;

    // Decisions that the shared threshold is chosen on: those of all labels in as many rows, the first.
    private const int MostShared = 10_000_000;

    /// <summary>The thresholds of a Fit's networks, as logits: the fixed one, those chosen on held-out rows, or those of the model that
    /// training continued from.</summary>
    /// <param name="log">Receives where they come from.</param>
    /// <param name="task">With the fixed one, if it is set.</param>
    /// <param name="settings">Whether they are chosen on held-out rows.</param>
    /// <param name="splits">Training and validation rows of each network.</param>
    /// <param name="networks">The trained networks, calibrated.</param>
    /// <param name="previous">The model that training continued from; null for none.</param>
    /// <param name="threads">Threads to score with.</param>
    public static IReadOnlyList<float> Choose(
        IChannel log,
        TaskSpec task,
        SequenceSettings settings,
        IReadOnlyList<TrainingSplit> splits,
        IReadOnlyList<TrainedNetwork> networks,
        SequenceWarmStart? previous,
        int threads
    )
    {
        int labels = networks[0].Shape.Outputs;
        if (settings.ChoosesThresholds == true)
        {
            HeldOutRow[] rows = [.. HeldOutRow.Score(networks, splits, settings.IsCrossValidated, threads)];
            float[] chosen = Of(rows, labels);
            string items = task.IsPerStep ? "steps" : "rows";
            log.Info(
                FormattableString.Invariant($"The labels' thresholds are those of the highest F1 on {rows.Length} held-out {items}, ")
                    + FormattableString.Invariant($"probabilities of {OutputUnits.Sigmoid(chosen.Min()):0.000} to ")
                    + FormattableString.Invariant($"{OutputUnits.Sigmoid(chosen.Max()):0.000}.")
            );
            return chosen;
        }
        if (task.Threshold is not null || previous is not { Thresholds.Count: > 0 })
            return Fixed(task.Threshold, labels);
        log.Info(
            "The labels' thresholds are those of the previous model, which may have been trained on the rows held out here: if they are "
                + "new to it, give a ValidationSet to choose them again."
        );
        return previous.Thresholds;
    }

    /// <summary>One threshold for all labels, as a logit.</summary>
    /// <param name="probability">Null for one half.</param>
    /// <param name="labels">Number of labels.</param>
    public static float[] Fixed(float? probability, int labels) => [.. Enumerable.Repeat(OutputUnits.Logit(probability ?? 0.5f), labels)];

    /// <summary>The thresholds, as logits; 0, a probability of one half, where no held-out row has any label.</summary>
    /// <param name="heldOut">Rows that were not trained on.</param>
    /// <param name="labels">Number of labels.</param>
    /// <param name="temperature">Divides the logits first.</param>
    public static float[] Of(IReadOnlyList<HeldOutRow> heldOut, int labels, double temperature = 1)
    {
        Decision[] Decisions(IEnumerable<HeldOutRow> rows, int label) =>
            [
                .. rows.Select(row => new Decision(row.Logits[label] / (float)temperature, row.Labels[label] > 0, row.Weight))
                    .Where(decision => float.IsFinite(decision.Logit) && decision.Weight > 0),
            ];
        var shared = new Lazy<float>(() =>
            Best([.. Enumerable.Range(0, labels).SelectMany(label => Decisions(heldOut.Take(Math.Max(1, MostShared / labels)), label))])
        );
        return
        [
            .. Enumerable
                .Range(0, labels)
                .Select(label => Decisions(heldOut, label))
                .Select(decisions => decisions.Count(decision => decision.IsSet) < FewestRows ? shared.Value : Best(decisions)),
        ];
    }

    // Sweeps the threshold down over the logits; it is then halfway to the next lower one.
    private static float Best(Decision[] decisions)
    {
        Array.Sort(decisions, (a, b) => b.Logit.CompareTo(a.Logit));
        double set = decisions.Where(decision => decision.IsSet).Sum(decision => (double)decision.Weight),
            right = 0,
            predicted = 0,
            best = 0;
        float threshold = 0;
        for (int i = 0; i < decisions.Length; i++)
        {
            right += decisions[i].IsSet ? decisions[i].Weight : 0;
            predicted += decisions[i].Weight;
            float next = i + 1 < decisions.Length ? decisions[i + 1].Logit : decisions[i].Logit - 1;
            double f1 = 2 * right / (predicted + set);
            if (next < decisions[i].Logit && f1 > best)
                (best, threshold) = (f1, (decisions[i].Logit + next) / 2);
        }
        return threshold;
    }

    private readonly record struct Decision(float Logit, bool IsSet, float Weight);
}
