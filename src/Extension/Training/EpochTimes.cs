namespace RnnMlNet.Training;

/// <summary>How long epochs take, and how long those to come may take.</summary>
internal sealed class EpochTimes(TimeProvider clock)
{
    private double _seconds;
    private int _epochs;
    private int? _firstStep;
    private long _begin;

    /// <summary>Seconds that the epochs to come may take.</summary>
    public double? AfterEpoch(EpochReport report)
    {
        _seconds += report.Seconds;
        _epochs++;
        return Mean * (report.MaxEpochs - report.Epoch);
    }

    /// <summary>Seconds that the rest of the epoch and those to come may take; null where nothing is known yet.</summary>
    public double? AfterStep(StepReport step)
    {
        // Before an epoch is done its steps tell the time, from the second one on: when the first began is not known.
        if (_firstStep is null)
            (_firstStep, _begin) = (step.Step, clock.GetTimestamp());
        double? each =
            _epochs > 0 ? Mean
            : step.Step > _firstStep ? clock.GetElapsedTime(_begin).TotalSeconds / (step.Step - _firstStep.Value) * step.StepsPerEpoch
            : null;
        return each * (step.MaxEpochs - step.Epoch + 1 - step.Share);
    }

    private double Mean => _seconds / _epochs;
}
