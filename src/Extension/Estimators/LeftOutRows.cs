using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using RnnMlNet.Runtime.Sequences;

namespace RnnMlNet.Estimators;

/// <summary>The rows, or the steps of rows, that an evaluator leaves out, counted and warned of in the words of ML.NET's own
/// evaluators.</summary>
internal sealed class LeftOutRows
{
    /// <summary>Those without a label, or with one that is not finite.</summary>
    public long Unlabelled { get; private set; }

    /// <summary>Those with a label whose prediction is not finite, or missing.</summary>
    public long Unscored { get; private set; }

    /// <summary>Counts one; whether it is evaluated.</summary>
    public bool Keeps(in VBuffer<float> labels, in VBuffer<float> scores) =>
        Keeps(Finite.All(labels.GetValues()), Finite.All(scores.GetValues()));

    /// <summary>Counts one; whether it is evaluated.</summary>
    public bool Keeps(bool hasLabel, bool hasPrediction)
    {
        if (!hasLabel)
            Unlabelled++;
        else if (!hasPrediction)
            Unscored++;
        return hasLabel && hasPrediction;
    }

    /// <summary>Warns of the rows so far.</summary>
    /// <param name="host">Where to.</param>
    /// <param name="what">What was counted.</param>
    /// <param name="unlabelledToo">Whether those without a label are worth a warning.</param>
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
