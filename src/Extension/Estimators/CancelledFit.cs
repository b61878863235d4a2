using Microsoft.ML.Runtime;
using RnnMlNet.Training;

namespace RnnMlNet.Estimators;

/// <summary>
/// Reports how much of the model a cancelled Fit returns: in the first network's history, which is the model's, and in the log.
/// </summary>
/// <param name="log">Receives the warning.</param>
/// <param name="networks">Number of networks of the complete model.</param>
/// <param name="trainings">Number of trainings: one per network, or two where each trains further on held-out steps.</param>
/// <param name="canGoOn">Whether the state of the interrupted training is kept.</param>
internal sealed class CancelledFit(IChannel log, int networks, int trainings, bool canGoOn)
{
    /// <summary>The results, marked as cancelled unless all trainings are complete.</summary>
    /// <param name="results">The results of the trainings, in their order, at least one.</param>
    public IReadOnlyList<TrainingResult> Marked(IReadOnlyList<TrainingResult> results)
    {
        bool isFirst = results[0].History.StopReason == StopReason.Cancelled;
        if (!isFirst && results.Count == trainings)
            return results;
        string what = isFirst ? OfTheFirst(results[0].History) : OfSeveral(results.Count);
        string advice = canGoOn ? " Fit again with the same CheckpointPath to resume from there." : "";
        log.Warning($"Training was cancelled: {what}.{advice}");
        return [results[0] with { History = results[0].History with { StopReason = StopReason.Cancelled } }, .. results.Skip(1)];
    }

    private string OfTheFirst(TrainingHistory history)
    {
        string epochs = $"{history.Epochs.Count} of {history.Epochs[^1].MaxEpochs} epochs";
        return networks == 1
            ? $"the model has the weights of epoch {history.BestEpoch}, the best of {epochs}"
            : $"the model is of 1 of {networks} networks, which has the weights of epoch {history.BestEpoch}, the best of {epochs}";
    }

    private string OfSeveral(int done)
    {
        if (done < networks)
            return $"the model is of {done} of {networks} networks";
        int trainedOn = done - networks;
        return networks == 1
            ? "the network was not trained further on the held-out steps"
            : $"the model is of all {networks} networks, but {trainedOn} of {networks} networks {(trainedOn == 1 ? "was" : "were")} "
                + "trained further on the held-out steps";
    }
}
