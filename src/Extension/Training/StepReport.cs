namespace RnnMlNet.Training;

/// <summary>A batch that was trained on.</summary>
/// <param name="Epoch">1 for the first.</param>
/// <param name="MaxEpochs">The last one.</param>
/// <param name="Step">Batches of the epoch so far.</param>
/// <param name="StepsPerEpoch">Batches of an epoch.</param>
/// <param name="Loss">The batch's.</param>
internal readonly record struct StepReport(int Epoch, int MaxEpochs, int Step, int StepsPerEpoch, double Loss)
{
    /// <summary>How much of the epoch is done, in (0, 1].</summary>
    public double Share => (double)Step / StepsPerEpoch;
}
