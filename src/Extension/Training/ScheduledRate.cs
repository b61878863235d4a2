namespace RnnMlNet.Training;

/// <summary>The learning rate of each step under a <see cref="LearningRateSchedule"/>.</summary>
internal sealed class ScheduledRate(LearningRateSchedule schedule, float highest, long totalSteps)
{
    private const double WarmShare = 0.3,
        StartDivisor = 25,
        EndDivisor = 1e4;
    private const int PlateauPatience = 10;
    private const double PlateauFactor = 0.1,
        PlateauThreshold = 1e-4;

    /// <summary>The state of ReduceOnPlateau; settable when resuming.</summary>
    public PlateauState Plateau { get; set; } = new(1, double.PositiveInfinity, 0);

    /// <summary>For Exponential: the factor of the rate per epoch.</summary>
    public double Decay { get; init; } = 1;

    /// <summary>For Exponential: the steps of an epoch.</summary>
    public long StepsPerEpoch { get; init; } = 1;

    /// <summary>The rate of step <paramref name="step"/>, 0 for the first.</summary>
    public float At(long step) =>
        (float)(
            highest
            * schedule switch
            {
                LearningRateSchedule.OneCycle => OneCycle(step),
                LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * step / totalSteps)) / 2,
                LearningRateSchedule.ReduceOnPlateau => Plateau.Factor,
                LearningRateSchedule.Exponential => Math.Pow(Decay, step / StepsPerEpoch),
                _ => 1,
            }
        );

    /// <summary>Records an epoch's loss.</summary>
    public void EpochDone(double loss)
    {
        int without = Plateau.EpochsWithoutBetter + 1;
        if (loss < Plateau.BestLoss * (1 - PlateauThreshold))
            Plateau = Plateau with { BestLoss = loss, EpochsWithoutBetter = 0 };
        else if (without > PlateauPatience)
            Plateau = Plateau with { Factor = Plateau.Factor * PlateauFactor, EpochsWithoutBetter = 0 };
        else
            Plateau = Plateau with { EpochsWithoutBetter = without };
    }

    // PyTorch's OneCycleLR, anneal_strategy cos: 1/25 -> 1 over the warm share, then 1 -> 1/25/1e4.
    private double OneCycle(long step)
    {
        double warmEnd = WarmShare * totalSteps - 1,
            end = totalSteps - 1;
        const double Start = 1 / StartDivisor,
            End = Start / EndDivisor;
        return step <= warmEnd ? Anneal(Start, 1, step / warmEnd) : Anneal(1, End, end > warmEnd ? (step - warmEnd) / (end - warmEnd) : 1);
    }

    private static double Anneal(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
