namespace RnnMlNet.Training;

/// <summary>A progress display that also receives steps, and the end of training for any reason.</summary>
internal interface ILiveProgress
{
    void StepDone(StepReport step);

    /// <summary>No epoch follows: all were run, or training stopped early, was cancelled or failed.</summary>
    void Ended();
}
