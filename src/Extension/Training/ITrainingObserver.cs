namespace RnnMlNet.Training;

/// <summary>Observes a training, and may end it.</summary>
internal interface ITrainingObserver
{
    /// <summary>Throws <see cref="OperationCanceledException"/> when training is to end; called before every batch.</summary>
    void CheckAlive();

    /// <summary>A batch is complete. Epochs and steps count from 1.</summary>
    void StepDone(int epoch, int step, int stepsPerEpoch, double loss);

    void EpochDone(EpochReport report);
}
