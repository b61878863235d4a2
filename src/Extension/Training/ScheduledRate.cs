namespace RnnMlNet.Training;

/// <summary>The learning rate of each step by a <see cref="LearningRateSchedule"/>.</summary>
internal sealed class ScheduledRate(LearningRateSchedule schedule, float highest, long totalSteps)
{
    private const double WarmShare = 0.3, StartDivisor = 25, EndDivisor = 1e4;
    private const int PlateauPatience = 10;
    private const double PlateauFactor = 0.1, PlateauThreshold = 1e-4;
    private double _plateau = 1;
    private double _bestLoss = double.PositiveInfinity;
    private int _epochsWithoutBetter;

    /// <summary>The rate of step <paramref name="step"/>, 0 for the first.</summary>
    public float At(long step) => (float)(highest * schedule switch
    {
        LearningRateSchedule.OneCycle => OneCycle(step),
        LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * step / totalSteps)) / 2,
        LearningRateSchedule.ReduceOnPlateau => _plateau,
        _ => 1,
    });

    /// <summary>Tells the schedule what an epoch came to.</summary>
    public void EpochDone(double loss)
    {
        _epochsWithoutBetter++;
        if (loss < _bestLoss * (1 - PlateauThreshold))
        {
            _bestLoss = loss;
            _epochsWithoutBetter = 0;
        }
        else if (_epochsWithoutBetter > PlateauPatience)
        {
            _plateau *= PlateauFactor;
            _epochsWithoutBetter = 0;
        }
    }

    // PyTorch's OneCycleLR, anneal_strategy cos: 1/25 -> 1 over the warm share, then 1 -> 1/25/1e4.
    private double OneCycle(long step)
    {
        double warmEnd = WarmShare * totalSteps - 1, end = totalSteps - 1;
        const double Start = 1 / StartDivisor, End = Start / EndDivisor;
        return step <= warmEnd
            ? Anneal(Start, 1, step / warmEnd)
            : Anneal(1, End, end > warmEnd ? (step - warmEnd) / (end - warmEnd) : 1);
    }

    private static double Anneal(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
