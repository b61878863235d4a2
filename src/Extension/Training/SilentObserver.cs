using Microsoft.ML.Runtime;

namespace RnnMlNet.Training;

/// <summary>Lets a trial's training end where its host or its token says so, and tells nobody how it goes.</summary>
internal sealed class SilentObserver(IHost host) : ITrainingObserver
{
    public void CheckAlive() => host.CheckAlive();

    public void StepDone(int epoch, int step, int stepsPerEpoch, double loss) { }

    public void EpochDone(EpochReport report) { }
}
