using RnnMlNet.Training;

namespace RnnMlNet.Tests.Support;

/// <summary>Records its calls; a test may act in each of the three.</summary>
internal sealed class RecordingObserver : ITrainingObserver
{
    public Action? OnCheckAlive { get; set; }

    public Action<int, int>? OnStep { get; set; }

    public Action<EpochReport>? OnEpoch { get; set; }

    public int Checks { get; private set; }

    public List<(int Epoch, int Step, int StepsPerEpoch, double Loss)> Steps { get; } = [];

    public List<EpochReport> Epochs { get; } = [];

    public void CheckAlive()
    {
        Checks++;
        OnCheckAlive?.Invoke();
    }

    public void StepDone(int epoch, int step, int stepsPerEpoch, double loss)
    {
        Steps.Add((epoch, step, stepsPerEpoch, loss));
        OnStep?.Invoke(epoch, step);
    }

    public void EpochDone(EpochReport report)
    {
        Epochs.Add(report);
        OnEpoch?.Invoke(report);
    }
}
