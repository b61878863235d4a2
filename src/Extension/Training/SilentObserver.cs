using Microsoft.ML.Runtime;

namespace RnnMlNet.Training;

/// <summary>Ends a trial's training when its host or its token is cancelled, and reports nothing.</summary>
internal sealed class SilentObserver(IHost host) : ITrainingObserver
{
    public void CheckAlive() => host.CheckAlive();

    public void StepDone(int epoch, int step, int stepsPerEpoch, double loss) { }

    public void EpochDone(EpochReport report) { }
}
