using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>Counts the rows, or the steps of rows, that an evaluator skips, and warns of them in the words of ML.NET's own
/// evaluators.</summary>
internal sealed class LeftOutRows
{
    /// <summary>Number of those without a label, or with one that is not finite.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Number of those with a label whose prediction is not finite, or missing.</summary>
    public long Unscored { get; private set; }

    /// <summary>Counts one; returns whether it is evaluated.</summary>
    public bool Keeps(in VBuffer<float> labels, in VBuffer<float> scores) =>
        Keeps(Finite.All(labels.GetValues()), Finite.All(scores.GetValues()));

    /// <summary>Counts one; returns whether it is evaluated.</summary>
    public bool Keeps(bool hasLabel, bool hasPrediction)
    {
        if (!hasLabel)
            Unlabelled++;
        else if (!hasPrediction)
            Unscored++;
        return hasLabel && hasPrediction;
    }

    /// <summary>Warns of the rows so far.</summary>
    /// <param name="host">Logs the warning.</param>
    /// <param name="what">What was counted.</param>
    /// <param name="unlabelledToo">Whether to warn of those without a label.</param>
    public void Warn(IHost host, string what = "instances", bool unlabelledToo = true)
    {
        using IChannel log = host.Start("Evaluating");
        if (Unlabelled > 0 && unlabelledToo)
            log.Warning($"Encountered {Unlabelled} unlabeled {what} during testing.");
        if (Unscored > 0)
            log.Warning(
                $"The predictor produced no finite prediction on {Unscored} {what} during testing, which are left out. "
                    + "Possible causes: abnormal data or the predictor is numerically unstable."
            );
    }
}
