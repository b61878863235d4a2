namespace RnnMlNet.Training;

/// <summary>Measures the duration of epochs, and estimates that of the remaining ones.</summary>
internal sealed class EpochTimes(TimeProvider clock)
{
    private double _seconds;
    private int _epochs;
    private int? _firstStep;
    private long _begin;

    /// <summary>Estimated seconds of the remaining epochs.</summary>
    public double? AfterEpoch(EpochReport report)
    {
        _seconds += report.Seconds;
        _epochs++;
        return Mean * (report.MaxEpochs - report.Epoch);
    }

    /// <summary>Estimated seconds of the rest of the epoch and the remaining ones; null without an estimate yet.</summary>
    public double? AfterStep(StepReport step)
    {
        // Before an epoch is complete its steps give the estimate, from the second one on: the start of the first is unknown.
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
