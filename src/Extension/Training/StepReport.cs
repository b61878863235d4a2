namespace RnnMlNet.Training;

/// <summary>A report of a trained batch.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="MaxEpochs">The last epoch.</param>
/// <param name="Step">Batches of the epoch so far.</param>
/// <param name="StepsPerEpoch">Batches of an epoch.</param>
/// <param name="Loss">The batch's loss.</param>
internal readonly record struct StepReport(int Epoch, int MaxEpochs, int Step, int StepsPerEpoch, double Loss)
{
    /// <summary>Fraction of the epoch that is complete, in (0, 1].</summary>
    public double Share => (double)Step / StepsPerEpoch;
}
