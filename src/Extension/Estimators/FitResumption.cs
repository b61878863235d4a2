using Microsoft.ML.Runtime;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>Takes up a training that was cut off, and says so.</summary>
internal static class FitResumption
{
    /// <param name="log">The Fit's.</param>
    /// <param name="loop">The loop, not yet run.</param>
    /// <param name="left">Where it was cut off.</param>
    /// <param name="path">The checkpoint's file.</param>
    /// <param name="hasDropout">Whether random numbers are drawn in training.</param>
    public static void Resume(IChannel log, TrainingLoop loop, TrainingState left, string path, bool hasDropout)
    {
        bool restored = loop.Restore(left);
        log.Info($"Going on from '{path}': epoch {left.Position.Epoch}, after {left.Position.Batches} of its batches.");
        if (!restored && hasDropout)
            log.Warning(
                "The training that is gone on with ran on another kind of device, so dropout draws other random numbers than it would "
                    + "have there."
            );
    }
}
